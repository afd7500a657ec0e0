// Get the phone's position when the person taps the button. It is sent in the form, never in a URL.

import { locate } from "../lib/locate.js";

const button = document.querySelector("button[data-near]");
const status = document.querySelector("[data-near-status]");

button.addEventListener("click", async () => {
  status.textContent = status.dataset.finding;
  const { lat, lng, reason } = await locate();
  status.textContent = status.dataset[reason] ?? "";
  if (reason) return;
  const { latitude, longitude } = button.form.elements;
  latitude.value = lat.toFixed(3);
  longitude.value = lng.toFixed(3);
  button.form.submit();
});
