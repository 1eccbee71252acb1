// What the program uses of undici: connection pools and requests over them. Its own entry also loads fetch, WebSockets, caches and
// mocks, which takes memory in every agent and time at every start.
import api from "undici/lib/api/index.js";
import Dispatcher from "undici/lib/dispatcher/dispatcher.js";

Object.assign(Dispatcher.prototype, api);

export { default as Agent } from "undici/lib/dispatcher/agent.js";
export { default as ProxyAgent } from "undici/lib/dispatcher/proxy-agent.js";
