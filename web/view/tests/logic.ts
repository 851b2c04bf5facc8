// SPDX-License-Identifier: Apache-2.0
// What the tests use of the page without a browser.
export * from "../src/detector";
export * from "../src/match";
export * from "../src/view_range";
export * from "../src/words";
export * from "../src/raven";
