// The one database of a resident's reports on this phone: photos on their way, and whole reports
// that wait for the network. Pages and the service worker use it at the same time.

import { database } from "./database.js";

export const inStore = database("report", 2, { photos: { autoIncrement: true }, reports: { keyPath: "id" } });
