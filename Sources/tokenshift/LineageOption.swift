import Analysis
import ArgumentParser

/// `--lineage`: what no log can know.
struct LineageOption: ParsableArguments {
  @Option(
    name: .customLong("lineage"),
    help: ArgumentHelp(
      """
      Three models of the log, each trained from the one before: then how much the second step undoes of the \
      first is shown. Of models that were trained apart the number says nothing.
      """, valueName: "A,B,C"))
  var text: String?

  /// Nil without the option.
  /// - Throws: `LineageError`.
  var lineage: Lineage? {
    get throws { try text.map { try Lineage(parsing: $0) } }
  }

  func validate() throws {
    do { _ = try lineage } catch let error as LineageError {
      throw ValidationError("--\(error)")
    }
  }
}
