// Tells the type checker what leaflet.js puts into the page; ours, not Leaflet's.
import * as leaflet from "leaflet";

declare global {
  interface Window {
    L: typeof leaflet;
  }
}
