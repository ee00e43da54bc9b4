// An application that finds out at its start that it cannot work.
console.error('there is no database');
process.exit(3);
