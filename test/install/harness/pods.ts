/** A pod in the namespace `default` with a volume of its own at /data, to be placed by the chart's scheduler. */
export function claimingPod(name: string, storage: string, script: string) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default" },
    spec: {
      schedulerName: "nativestor-scheduler",
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: "main",
          image: "busybox:1",
          command: ["sh", "-c", script],
          volumeMounts: [{ name: "data", mountPath: "/data" }],
        },
      ],
      volumes: [
        {
          name: "data",
          ephemeral: {
            volumeClaimTemplate: {
              spec: {
                storageClassName: "nativestor",
                accessModes: ["ReadWriteOnce"],
                resources: { requests: { storage } },
              },
            },
          },
        },
      ],
    },
  };
}
