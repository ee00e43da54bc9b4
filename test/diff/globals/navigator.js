'use strict';
const { language, languages, platform, userAgent, hardwareConcurrency } = navigator;
console.log(language, languages, platform, userAgent, hardwareConcurrency === require('os').availableParallelism());
console.log(navigator, String(navigator), Object.keys(navigator), navigator instanceof Navigator, Object.isFrozen(languages));
const { get, set, ...rest } = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
console.log(get, set, rest);
for (const name of ['language', 'platform', 'userAgent', 'hardwareConcurrency']) {
  console.log(Object.getOwnPropertyDescriptor(Navigator.prototype, name));
  try { console.log(Navigator.prototype[name]); } catch (error) { console.log(error.name); }
}
try { new Navigator(); } catch (error) { console.log(error.code, error.message); }
try { navigator = 5; } catch (error) { console.log(error.name); } // eslint-disable-line no-global-assign
