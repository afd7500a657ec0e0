// Send the reports in this phone's outbox, and show their number in one line under the top bar.

import { clearReport } from "./form-drafts.js";
import { fillWords } from "../lib/template.js";
import { startRetryLoop } from "../outbox/loop.js";
import { forgetArrived } from "../outbox/pending-photos.js";
import { reports } from "../outbox/reports.js";

const line = document.querySelector("[data-report-line]");

async function drawLine() {
  const rows = await reports.all();
  for (const row of rows.filter(({ state }) => state === "sent")) {
    clearReport(row.id);
    forgetArrived(row.photosAt);
  }
  if (!line) return;
  const refused = rows.filter(({ state }) => state === "refused").length;
  const waiting = rows.filter(({ state }) => state === "waiting").length;
  const { one, many, needsYou } = line.dataset;
  line.hidden = !refused && !waiting;
  const waitingWords = waiting === 1 ? one : fillWords(many, { n: waiting });
  line.querySelector("span").textContent = refused ? needsYou : waitingWords;
}

reports.subscribe({ changed: drawLine });
drawLine();

export const sending = startRetryLoop(reports);
