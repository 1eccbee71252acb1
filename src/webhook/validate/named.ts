import { type Fields, fieldsAt } from "../../cluster/objects/fields.ts";

/** An object to be made, with a name: where the API server has still to make one up from `generateName`, that stands for it. */
export function named(object: Fields): Fields {
  const metadata = fieldsAt(object.metadata, "metadata");
  if (metadata.name != null && metadata.name !== "") return object;
  return { ...object, metadata: { ...metadata, name: metadata.generateName ?? "" } };
}
