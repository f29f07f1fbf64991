import Analysis
import ArgumentParser
import Files
import Foundation
import Reporting
import RunLogs
import Scoring

/// `tokenshift mismatch`: what lies between a sampler and a trainer.
struct MismatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mismatch",
    abstract: "Say why a sampler's log-probabilities differ from a trainer's.",
    discussion: """
      OURS.h5 is a log of 'score' or of the recorder with the trainer's log-probabilities, THEIRS.h5 one of \
      'import' with those of the engine that sampled. Texts are joined on equal token ids. A log of a dump \
      that holds both, such as prime-rl's, is enough alone.

      Tried in this order, each with the share of the gap that it removes: ids misaligned by one; a \
      beginning-of-sequence token more or less; the temperature of sampling; truncation by top-p, top-k \
      and min-p, alone and after a temperature; another checkpoint (each other model of OURS.h5); rounding. \
      Temperature, truncation and beginnings need the trainer's checkpoint, --model. A cause is named only \
      where what it leaves is the size of rounding or it removes nearly everything; else the gap is \
      'unexplained'. Rounding is that of the log's --replicate, or what bfloat16 typically has.

      Exit code: 0, also where a gap is large; 'tokenshift gate' judges.

      Examples:
        tokenshift import responses.jsonl --tokenizer ckpt/rl --output engine.h5
        tokenshift mismatch log.h5 engine.h5 --trainer rl --model ckpt/rl --figure mismatch
        tokenshift mismatch dump.h5                      # sampler and trainer in one dump
      """)

  @Argument(help: ArgumentHelp("The trainer's log.", valueName: "OURS.h5"), completion: .file())
  var ours: String

  @Argument(
    help: ArgumentHelp("The sampler's log; default: the same.", valueName: "THEIRS.h5"),
    completion: .file())
  var theirs: String?

  @Option(
    help: ArgumentHelp(
      "The trainer's model in OURS.h5; default: its only one, or 'trainer'.", valueName: "NAME"))
  var trainer: String?

  @Option(
    help: ArgumentHelp(
      "The sampler's model in THEIRS.h5; default: its only one, or 'sampler'.", valueName: "NAME"))
  var sampler: String?

  @Option(
    help: ArgumentHelp("The trainer's checkpoint, in Hugging Face layout.", valueName: "DIR"),
    completion: .directory)
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Half the width of the band around a ratio of 1 whose outside is counted.", valueName: "E"))
  var epsilon = 0.1

  @Option(
    help: ArgumentHelp(
      "Draw the gap; writes NAME.svg, .pdf, .gp and .tsv.", valueName: "NAME"))
  var figure: String?

  @OptionGroup var threads: ThreadsOption
  @OptionGroup var remoteCode: RemoteCode

  @Flag(name: .customLong("json"), help: "Print the result as JSON.")
  var isJSON = false

  func validate() throws {
    guard epsilon > 0, epsilon < 1 else {
      throw ValidationError("--epsilon is between 0 and 1, say 0.1")
    }
    guard figure != "" else { throw ValidationError("--figure is empty; name the figure") }
  }

  func run() throws {
    Interruption.watch()
    // Looked at before the work begins.
    let destination = try figure.map {
      try FigureDestination($0, sparing: SparedFiles([ours, theirs].compactMap(\.self)))
    }
    let ourLog = try TokenLog(path: ours)
    // Two paths may be of one log.
    let other = theirs.flatMap { FileIdentity($0) == FileIdentity(ours) ? nil : $0 }
    let theirLog = try other.map { try TokenLog(path: $0) } ?? ourLog
    let trainer = try Self.name(
      trainer, "--trainer", of: ourLog, default: "trainer", other: other == nil ? "sampler" : nil)
    let sampler = try Self.name(
      sampler, "--sampler", of: theirLog, default: "sampler",
      other: other == nil ? trainer : nil)
    guard other != nil || trainer != sampler else {
      throw ValidationError(
        "'\(trainer)' is compared with itself: name THEIRS.h5, or --trainer and --sampler")
    }
    let table = try TokenTable(ourLog)
    var join = try MismatchJoin(
      table, trainer: trainer, theirs: other == nil ? table : TokenTable(theirLog),
      sampler: sampler)
    guard !join.ourTexts.isEmpty else {
      throw ValidationError(
        "\(ours) and \(theirLog.path) have no text with the same token ids: score the texts of "
          + "\(theirLog.path) ('tokenshift export' gives their ids)")
    }
    let profiled = try model.map { try addProfiles($0, of: table, trainer, to: &join) }
    var settings = Mismatch.Settings()
    settings.epsilon = epsilon
    guard let mismatch = Mismatch(join.tokens, settings: settings) else {
      throw ValidationError("\(ours) and \(theirLog.path) share no token that both measure")
    }
    let report = MismatchReport(
      mismatch,
      sources: .init(
        ours: ours, trainer: trainer, theirs: theirLog.path, sampler: sampler, model: model),
      texts: .init(join, profiledTokens: profiled),
      notes: Self.notes(theirLog, sampler))
    if let destination {
      try destination.write(MismatchFigure.figure(join.tokens, remainders: report.remainders))
    }
    if isJSON {
      try Terminal.printResult(Verbosity.text(of: report))
    } else {
      for line in report.lines(width: Terminal.tableWidth) { try Terminal.printResult(line) }
    }
  }

  /// The model that an option names, else the only one, else one of a usual name.
  private static func name(
    _ given: String?, _ option: String, of log: TokenLog, default usual: String, other: String?
  ) throws -> String {
    let names = log.header.models.map(\.name)
    if let given {
      guard names.contains(given) else {
        throw ValidationError(
          "\(log.path) has no model '\(given)', only \(names.joined(separator: ", "))")
      }
      return given
    }
    let free = names.filter { $0 != other || names.count == 1 }
    if names.contains(usual) { return usual }
    guard free.count == 1 else {
      throw ValidationError(
        "\(log.path) has the models \(names.joined(separator: ", ")): say which with \(option) NAME"
      )
    }
    return free[0]
  }

  /// What a source says of its numbers, or doesn't.
  private static func notes(_ log: TokenLog, _ sampler: String) -> [String] {
    guard let source = log.header.models.first(where: { $0.name == sampler })?.source else {
      return []
    }
    let temperature = source.temperature.map { "temperature \($0)" } ?? "temperature not said"
    return [
      "the sampler's source: \(source.format), \(source.fileName); log-probabilities "
        + "\(source.processing), \(temperature)"
    ]
  }
}
