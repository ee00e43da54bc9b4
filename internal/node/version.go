package node

// Version is the version of Node.js whose behaviour Sluice has: process.version.
const Version = "v24.21.0"
