import assert from "node:assert/strict";
import { NativestorError } from "../../../src/base/errors.ts";

/** For `assert.throws`: an invalid argument whose message says so. */
export function rejects(message: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof NativestorError, String(error));
    assert.equal(error.code, "invalid-argument");
    assert.match(error.message, message);
    return true;
  };
}
