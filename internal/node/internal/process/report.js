'use strict';
// process.report: a diagnostic report of what this runtime knows. Its settings are checked as Node's are.

const { codes: { ERR_SYNTHETIC } } = require('internal/errors');
const { validateBoolean, validateObject, validateString } = require('internal/validators');

const settings = {
  directory: '', filename: '', compact: false, excludeNetwork: false, signal: 'SIGUSR2', reportOnFatalError: false, reportOnSignal: false,
  reportOnUncaughtException: false, excludeEnv: false,
};
let count = 0;

function collect(err, trigger, filename) {
  const os = require('os');
  const now = new Date();
  const report = {
    header: {
      reportVersion: 5,
      event: 'JavaScript API',
      trigger,
      filename,
      dumpEventTime: now.toISOString().replace(/\.\d+/, ''),
      dumpEventTimeStamp: `${now.getTime()}`,
      processId: process.pid,
      threadId: 0,
      cwd: process.cwd(),
      commandLine: [process.execPath, ...process.execArgv, ...process.argv.slice(1)],
      nodejsVersion: process.version,
      wordSize: 64,
      arch: process.arch,
      platform: process.platform,
      componentVersions: process.versions,
      release: process.release,
      osName: os.type(),
      osRelease: os.release(),
      osVersion: os.version(),
      osMachine: os.machine(),
      cpus: os.cpus().map(({ model, speed, times }) => ({ model, speed, ...times })),
      host: os.hostname(),
    },
    javascriptStack: {
      message: `${err.name ?? 'Error'}: ${err.message}`,
      stack: `${err.stack}`.split('\n').slice(1).map((line) => line.trim()),
      errorProperties: {},
    },
    javascriptHeap: { ...process.memoryUsage() },
    resourceUsage: process.resourceUsage(),
    libuv: require('internal/net/open_handles').describe(),
    environmentVariables: { ...process.env },
  };
  if (settings.excludeEnv) delete report.environmentVariables;
  return report;
}

const report = {
  writeReport(file, err) {
    if (typeof file === 'object' && file !== null) {
      err = file;
      file = undefined;
    } else if (file !== undefined) {
      validateString(file, 'file');
    }
    if (err === undefined) err = new ERR_SYNTHETIC();
    else validateObject(err, 'err');
    const { join } = require('path');
    count++;
    const stamp = new Date().toISOString();
    file ??= settings.filename || `report.${stamp.slice(0, 10).replaceAll('-', '')}.${stamp.slice(11, 19).replaceAll(':', '')}.${process.pid}.0.${String(count).padStart(3, '0')}.json`;
    const text = JSON.stringify(collect(err, 'API', file), null, settings.compact ? 0 : 2);
    if (file === 'stdout' || file === 'stderr') internalBinding('fs').writeAll(file === 'stdout' ? 1 : 2, `${text}\n`);
    else require('fs').writeFileSync(settings.directory ? join(settings.directory, file) : file, text);
    return file;
  },
  getReport(err) {
    if (err === undefined) err = new ERR_SYNTHETIC();
    else validateObject(err, 'err');
    return collect(err, 'GetReport', null);
  },
};

const checks = { string: validateString, boolean: validateBoolean };

for (const name of Object.keys(settings)) {
  Object.defineProperty(report, name, {
    __proto__: null,
    enumerable: true,
    configurable: true,
    get() {
      return settings[name];
    },
    set(value) {
      if (name === 'signal') {
        const { codes: { ERR_UNKNOWN_SIGNAL } } = require('internal/errors');
        validateString(value, 'signal');
        if (require('internal/os_constants').constantsOf('signals')[value] === undefined) throw new ERR_UNKNOWN_SIGNAL(value);
      } else {
        checks[typeof settings[name]](value, name);
      }
      settings[name] = value;
    },
  });
}

module.exports = report;
