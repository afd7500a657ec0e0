// The phone says where it is when it is asked by a tap. It goes into the form, never into an address.

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
