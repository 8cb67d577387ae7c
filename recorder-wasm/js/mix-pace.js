// When the mix's frames are due. Pure: it reads no clock, each call is told the time in milliseconds.
//
// Frame k is due at origin + k × 1000 / rate. That is multiplied, never added up: after ten hours it is still exact,
// and a timer that fires late once does not delay all that follows.

// Most of the time that making frames may take. A machine that is slower than that gets fewer frames: the encoder has
// no way to say that it is behind, it would only pile frames up and fall back by seconds.
const SHARE = 0.5;

export class Pacer {
  #origin;
  #rate;
  #next = 0; // number of the next frame, counted from `origin`

  // Frames that were due so far, and how many of them were made.
  due = 0;
  made = 0;
  // What one frame costs, in milliseconds, smoothed.
  cost = 0;

  // `rate`: frames a second, any number above 0.
  constructor(now, rate) {
    this.#origin = now;
    this.#rate = rate;
  }

  // Another rate from the next frame on; the distance to the frame before is right already.
  setRate(rate) {
    this.#origin = this.#dueAt(this.#next - 1);
    this.#next = 1;
    this.#rate = rate;
  }

  // Milliseconds until the next frame is due, in whole ones: timers cut the rest off and would fire too early.
  wait(now) {
    return Math.max(0, Math.ceil(this.#dueAt(this.#next) - now));
  }

  // The time at which the frame to be made now was due; nothing when it is too early. Frames that were due before it
  // are left out, and count as due.
  take(now) {
    // What was due a rounding error ago is due.
    const number = Math.floor(((now - this.#origin) * this.#rate) / 1000 + 1e-6);
    if (number < this.#next) return undefined;
    this.due += number - this.#next + 1;
    this.#next = number + 1;
    return this.#dueAt(number);
  }

  // The frame that was taken is made; that took from `began` to `ended`. Leaves frames out where it takes too long.
  spend(began, ended) {
    this.made += 1;
    const cost = ended - began;
    this.cost = this.made === 1 ? cost : this.cost + (cost - this.cost) / 8;
    const rested = began + this.cost / SHARE;
    // The nearest beat: what is a little too slow must not lose every other frame for it.
    const number = Math.round(((rested - this.#origin) * this.#rate) / 1000);
    if (number <= this.#next) return;
    this.due += number - this.#next;
    this.#next = number;
  }

  #dueAt(number) {
    return this.#origin + (number * 1000) / this.#rate;
  }
}
