// A command that is over at once.
console.log('over');
