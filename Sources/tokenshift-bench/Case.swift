/// What one call of a case does, which decides its unit and its ceiling.
enum Work {
  /// Floating-point operations, on all threads; an addition and a multiplication are two.
  case multiplication(operations: Double)
  /// Bytes read and written at least, on all threads.
  case memory(bytes: Double)
  /// Logits read, on the calling thread alone, and their bytes.
  case logits(count: Double, bytes: Double)
  /// Tokens through models that have so many parameters together.
  case scoring(tokens: Double, parameters: Double)
}

/// Something to time.
struct Case {
  /// Part, kernel and shape.
  let name: String
  let work: Work
  /// Makes the inputs, outside the time, and returns what is timed.
  ///
  /// That gets a number that grows from call to call, to vary its input by, and returns something
  /// of its output: a call whose result is the same or unused could be hoisted or dropped by the
  /// optimiser.
  let prepare: () throws -> (_ iteration: Int) throws -> Double
}
