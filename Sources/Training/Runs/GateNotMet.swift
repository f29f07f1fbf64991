/// The run did all its steps, and no evaluation showed what its gate asks for.
package struct GateNotMet: NegativeResult, CustomStringConvertible {
  let output: String
  let steps: Int

  /// A run's folder, and its steps.
  package init(output: String, steps: Int) { (self.output, self.steps) = (output, steps) }

  /// One line.
  package var description: String {
    "\(output): the gate was not met in \(steps) steps; give it more steps, or look at the heldout "
      + "columns of its log"
  }
}
