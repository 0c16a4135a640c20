// What the browser says of the network under the page. Few say when it changes; what they don't say, media/pulse.js feels.

/** Tells when this device is on another network, or on one again. */
export class Network {
  #onChange;
  #type = navigator.connection?.type;
  #online = () => this.#onChange();
  // Chromium on phones knows Wi-Fi from mobile data; elsewhere there is no type, and the event comes for every estimate.
  #changed = () => {
    const { type } = navigator.connection;
    if (type === this.#type) return;
    this.#type = type;
    if (type !== "none") this.#onChange();
  };

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
    window.addEventListener("online", this.#online);
    navigator.connection?.addEventListener?.("change", this.#changed);
  }

  close() {
    window.removeEventListener("online", this.#online);
    navigator.connection?.removeEventListener?.("change", this.#changed);
  }
}
