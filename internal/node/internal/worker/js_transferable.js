'use strict';

// How objects of JavaScript classes take part in structured clones.
//
// A class is marked by markTransferMode(Class.prototype, cloneable, transferable), a single object likewise. Marked
// objects have methods [kClone]() or [kTransfer](), which return { data, deserializeInfo }: deserializeInfo is
// 'builtin id:name of a class there', whose new instance gets data by [kDeserialize](data).

const { setTransferMode } = internalBinding('messaging');

const kClone = Symbol('messaging_clone_symbol');
const kDeserialize = Symbol('messaging_deserialize_symbol');
const kTransfer = Symbol('messaging_transfer_symbol');
const kTransferList = Symbol('messaging_transfer_list_symbol');

/** Says of an object, or of all that inherit from it, whether it can be cloned or transferred. */
function markTransferMode(object, cloneable = false, transferable = false) {
  if ((typeof object !== 'object' && typeof object !== 'function') || object === null) return;
  setTransferMode(object, (cloneable ? 1 : 0) | (transferable ? 2 : 0));
}

module.exports = { kClone, kDeserialize, kTransfer, kTransferList, markTransferMode };
