/* SPDX-License-Identifier: Apache-2.0 */
/* A library that is there under the right name, and has nothing. */
__attribute__((visibility("default"))) extern const int guise_fake_nothing;
const int guise_fake_nothing = 0;
