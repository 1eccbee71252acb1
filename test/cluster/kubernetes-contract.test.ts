import { openView } from "./kubernetes-view.ts";
import { viewContract } from "./view-contract.ts";

viewContract("the Kubernetes API", async () => {
  const { api, view, close } = await openView();
  return { view, apply: async (object) => api.apply(object), remove: async (object) => api.remove(object), close };
});
