/// A result that says no, as an error: the work was done, and a command that has one ends with exit code 1.
package protocol NegativeResult: Error {}
