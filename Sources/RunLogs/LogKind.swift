internal import HDF5

/// Which of our logs a file is.
package enum LogKind: Sendable, Equatable {
  /// A `TokenLog`.
  case token
  /// A `TrainingLog`.
  case training
  /// A `DynamicsLog`.
  case dynamics

  /// Looks at the schema that the file names.
  ///
  /// A file of another schema counts as a token log, whose reader says what is wrong with it.
  ///
  /// - Throws: `RunLogError` if it is no HDF5 file, or a damaged one.
  package init(path: String) throws(RunLogError) {
    let schema = try translating { () throws(HDF5Error) in
      try HDF5File.open(path).root.attribute("schema")
    }
    self =
      switch schema {
      case .string(TrainingLog.schema): .training
      case .string(DynamicsLog.schema): .dynamics
      default: .token
      }
  }
}
