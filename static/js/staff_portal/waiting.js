// On every page of a crew: loads what sends as soon as something waits on this phone.

import { inCrew, callWhenAny } from "../outbox/database.js";

callWhenAny(inCrew, "completions", () => import("./waiting-bar.js"));
