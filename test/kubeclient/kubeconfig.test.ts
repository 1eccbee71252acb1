import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { inClusterCredentials } from "../../src/kube/in-cluster.ts";
import { kubeconfigCredentials } from "../../src/kube/kubeconfig.ts";
import { loadKubeAccess } from "../../src/kube/load.ts";
import { turnedClock } from "../support/turned-clock.ts";
import { scratch, serve } from "./support.ts";

interface Parts {
  readonly user?: object;
  readonly cluster?: object;
  readonly more?: object;
}

/** Writes a kubeconfig; YAML is a superset of JSON. */
async function write(t: TestContext, { user = {}, cluster = {}, more = {} }: Parts = {}) {
  const folder = await scratch(t);
  const path = join(folder, "config");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "here",
    contexts: [{ name: "here", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server: "https://10.0.0.1:6443", ...cluster } }],
    users: [{ name: "u", user }],
    ...more,
  };
  await writeFile(path, JSON.stringify(config));
  return { folder, path };
}

async function identityOf(t: TestContext, parts: Parts) {
  const { path } = await write(t, parts);
  return (await kubeconfigCredentials(path, turnedClock())).current();
}

test("a token is sent as a bearer's", async (t) => {
  assert.deepEqual(await identityOf(t, { user: { token: "abc\n" } }), {
    headers: { authorization: "Bearer abc" },
    tls: {},
  });
});

test("user and password are sent as basic authentication", async (t) => {
  const { headers } = await identityOf(t, { user: { username: "joe", password: "pw" } });
  assert.equal(headers.authorization, `Basic ${Buffer.from("joe:pw").toString("base64")}`);
});

test("a context without a user sends nothing", async (t) => {
  assert.deepEqual(await identityOf(t, { more: { users: null } }), { headers: {}, tls: {} });
});

test("certificates are read from the data, or from files beside the kubeconfig", async (t) => {
  const { folder, path } = await write(t, {
    user: { "client-certificate-data": Buffer.from("cert").toString("base64"), "client-key": "my.key" },
    cluster: { "certificate-authority": "ca.crt", "tls-server-name": "kubernetes" },
  });
  await writeFile(join(folder, "my.key"), "key");
  await writeFile(join(folder, "ca.crt"), "ca");
  const credentials = await kubeconfigCredentials(path, turnedClock());
  const { tls } = await credentials.current();
  assert.equal(credentials.server, "https://10.0.0.1:6443");
  assert.deepEqual(Object.fromEntries(Object.entries(tls).map(([name, value]) => [name, String(value)])), {
    ca: "ca",
    cert: "cert",
    key: "key",
    servername: "kubernetes",
  });
});

test("a cluster may be left unverified", async (t) => {
  assert.equal((await identityOf(t, { cluster: { "insecure-skip-tls-verify": true } })).tls.rejectUnauthorized, false);
});

test("a token file beside the kubeconfig is read again when it changes", async (t) => {
  const { folder, path } = await write(t, { user: { tokenFile: "token" } });
  await writeFile(join(folder, "token"), "one\n");
  const clock = turnedClock();
  const credentials = await kubeconfigCredentials(path, clock);
  assert.equal((await credentials.current()).headers.authorization, "Bearer one");
  await writeFile(join(folder, "token"), "two\n");
  clock.turn(60_000);
  assert.equal((await credentials.current()).headers.authorization, "Bearer two");
});

test("a credential plugin is asked for the token, and again when the token is refused", async (t) => {
  const folder = await scratch(t);
  const plugin = join(folder, "plugin");
  const credential = `{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'$(wc -l < ${folder}/calls)'"}}`;
  await writeFile(plugin, `#!/bin/sh\necho >> ${folder}/calls\necho '${credential}'\n`);
  await chmod(plugin, 0o755);
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: plugin, interactiveMode: "Never" };
  const { path } = await write(t, { user: { exec } });
  const credentials = await kubeconfigCredentials(path, turnedClock());
  assert.equal((await credentials.current()).headers.Authorization, "Bearer 1");
  credentials.forget();
  assert.equal((await credentials.current()).headers.Authorization, "Bearer 2");
});

test("faults name the file and the field", async (t) => {
  const fault = async (parts: Parts, message: RegExp) => {
    const { path } = await write(t, parts);
    await assert.rejects(kubeconfigCredentials(path, turnedClock()), (error: Error & { code?: string }) => {
      assert.equal(error.code, "failed-precondition");
      assert.ok(error.message.includes(path));
      assert.match(error.message, message);
      return true;
    });
  };
  await fault({ more: { "current-context": "" } }, /current-context: /);
  await fault({ more: { "current-context": "there" } }, /the context there, or its cluster, is not defined/);
  await fault({ more: { clusters: [] } }, /the context here, or its cluster/);
  await fault({ cluster: { server: "nowhere" } }, /clusters\.0\.cluster\.server: /);
  await fault({ cluster: { "proxy-url": "socks5://x" } }, /proxy-url is an http or https URL/);
});

test("a kubeconfig that is not there, or no YAML, is named", async (t) => {
  await assert.rejects(
    kubeconfigCredentials("/nonexistent/config", turnedClock()),
    /kubeconfig \/nonexistent\/config: ENOENT/,
  );
  const { path } = await write(t);
  await writeFile(path, "a: b: c");
  await assert.rejects(kubeconfigCredentials(path, turnedClock()), { code: "failed-precondition" });
});

test("a pod uses the token and authority that kubelet mounts, and follows the token", async (t) => {
  const folder = await scratch(t);
  await writeFile(join(folder, "token"), "one");
  await writeFile(join(folder, "ca.crt"), "ca");
  const clock = turnedClock();
  const env = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };
  const credentials = inClusterCredentials(env, folder, clock);
  assert.equal(credentials?.server, "https://[fd00::1]:443");
  const { headers, tls } = (await credentials?.current()) ?? { headers: {}, tls: {} };
  assert.deepEqual([headers.authorization, String(tls.ca)], ["Bearer one", "ca"]);
  await writeFile(join(folder, "token"), "two");
  clock.turn(60_000);
  assert.equal((await credentials?.current())?.headers.authorization, "Bearer two");
});

test("outside of a cluster there are no credentials of a pod", async (t) => {
  assert.equal(inClusterCredentials({}, await scratch(t), turnedClock()), undefined);
  const env = { KUBERNETES_SERVICE_HOST: "h", KUBERNETES_SERVICE_PORT: "1" };
  assert.equal(inClusterCredentials(env, await scratch(t), turnedClock()), undefined);
});

test("the kubeconfig named by $KUBECONFIG is used where none is given", async (t) => {
  const url = await serve(t, (_, response) => void response.end('{"major":"1"}'));
  const { path } = await write(t, { cluster: { server: url } });
  const access = await loadKubeAccess({ env: { KUBECONFIG: `:${path}` } });
  t.after(() => access.close());
  assert.deepEqual(await access.request("/version"), { major: "1" });
});

test("where nothing says where the API server is, the error says how to", async (t) => {
  const env = { HOME: await scratch(t) };
  await assert.rejects(loadKubeAccess({ env }), { code: "failed-precondition", message: /--kubeconfig FILE/ });
});
