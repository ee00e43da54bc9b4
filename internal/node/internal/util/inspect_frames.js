'use strict';
// Which frames of a stack repeat others: recursion, and what an error has in common with its cause.

// Fewer lines than this are not worth an ellipsis.
const worthwhile = 3;

/**
 * The first run of more than three frames that both stacks have.
 * @returns {{length: number, offset: number}} its length (0: none) and its place in `frames`
 */
function sharedFrames(frames, others) {
  for (let offset = 0; offset < frames.length - worthwhile; offset++) {
    const at = others.indexOf(frames[offset]);
    if (at === -1) continue;
    const most = Math.min(frames.length - offset, others.length - at);
    let length = 1;
    while (length < most && frames[offset + length] === others[at + length]) length++;
    if (length > worthwhile) return { length, offset };
  }
  return { length: 0, offset: 0 };
}

/** How often the block of `period` frames at `start` is repeated right behind itself. */
function countRepeats(frames, start, period) {
  for (let times = 0; ; times++) {
    const next = start + (times + 1) * period;
    for (let i = 0; i < period; i++) {
      if (frames[start + i] !== frames[next + i]) return times;
    }
  }
}

/**
 * The lengths a repeated block could have, the likeliest first: the greatest common divisor of the distances to the
 * further occurrences of its first frame, then what Euclid's algorithm came across, the latest first.
 */
function candidatePeriods(distances) {
  let period = 0;
  const steps = new Set();
  for (let distance of distances) {
    while (distance !== 0) {
      if (period !== 0) steps.add(period);
      const remainder = period % distance;
      period = distance;
      distance = remainder;
    }
    if (period === 1) break;
  }
  steps.delete(period);
  return [period, ...[...steps].reverse()];
}

/** The repeated block at `start` that hides most frames. */
function bestBlock(frames, start, later) {
  const distances = later.map((position) => position - start);
  let best = { period: 0, times: 0 };
  for (const period of candidatePeriods(distances)) {
    const times = countRepeats(frames, start, period);
    if (times * period > best.times * best.period) best = { period, times };
  }
  return best;
}

/**
 * Replaces frames that repeat the ones above them by a note.
 * @param {string[]} frames
 * @param {(period: number, times: number) => string} note
 */
function collapseRepeats(frames, note) {
  const positions = new Map(); // of each line
  frames.forEach((frame, i) => {
    const known = positions.get(frame);
    if (known === undefined) positions.set(frame, [i]);
    else known.push(i);
  });
  if (frames.length - positions.size <= worthwhile) return frames;

  const result = [];
  let i = 0;
  while (i < frames.length) {
    const places = positions.get(frames[i]);
    const later = places.slice(places.indexOf(i) + 1);
    const farEnough = later.length !== 0 && later.at(-1) - i >= worthwhile && i < frames.length - worthwhile;
    const { period, times } = farEnough ? bestBlock(frames, i, later) : { period: 0, times: 0 };
    if (period * times >= worthwhile) {
      result.push(...frames.slice(i, i + period), note(period, times));
      i += period * (times + 1);
    } else {
      result.push(frames[i++]);
    }
  }
  return result;
}

module.exports = { collapseRepeats, sharedFrames };
