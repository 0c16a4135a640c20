// The relay's word that our connection carries no picture, as the media path brings it: what the signalling says over a full
// line comes seconds later (docs/protocol.md, "The word by the media path").

/** 255/256: what the relay says was lost when it means all of it; no receiver's word reaches us as so much. */
const ALL = 0.995;

/** Hears the word once each time that it is said anew. */
export class Hush {
  #heard = 0;

  /**
   * @param {{at: number, share: number}[]} judged see media/stats.js
   * @param {boolean} sends whether we send a picture; who sends none needs no word
   * @returns {boolean} whether we were just told to send none
   */
  said(judged, sends) {
    const newest = judged.filter(({ share }) => share >= ALL).reduce((last, { at }) => Math.max(last, at), 0);
    const anew = newest > this.#heard;
    this.#heard = Math.max(this.#heard, newest);
    return sends && anew;
  }
}
