// On every page of a crew: loads what sends as soon as something waits on this phone.

import { inCrew, whenAny } from "../outbox/database.js";

whenAny(inCrew, "completions", () => import("./waiting-bar.js"));
