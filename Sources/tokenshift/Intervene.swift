import ArgumentParser
import Foundation
import Interventions
import Plotting
import Reporting
import Tasks
import Training

/// `tokenshift intervene`: two checkpoints and problems in, what single swapped tokens do to the answers out.
struct Intervene: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Swap single tokens of one checkpoint's texts for the other's choice: which decide the answer?",
    discussion: """
      Each checkpoint writes its most likely response to each problem. At a selected position its token is \
      replaced by the other's most likely one, and the rest is written again by the checkpoint of the text; \
      each swapped text has one swap. Controls are swaps at other positions of the same verdict, entropy, \
      place and token class. OUTPUT gets NAME.jsonl with each checkpoint's responses, A+B.jsonl with A's \
      after B's choices (both as `score` reads them), intervene.json and the figure dose-response.

      Texts and swaps are kept in goes of 64 for each thread (256 where the model is large) when the command \
      is stopped, by whatever; --resume goes on, and gives the bits of an undisturbed run. --dry-run tries a few problems and says what all take.

      Examples:
        tokenshift intervene base=ckpt/base rl=ckpt/rl --texts prompts.jsonl --output swaps
        tokenshift intervene base=runs/base/final rl=runs/rl/final --task modular-arithmetic \\
          --select js,logp,entropy --budget 1,2,4,8 --output swaps
      """)

  @Argument(
    help: ArgumentHelp(
      "Two checkpoint folders in Hugging Face layout, or BASEDIR+ADAPTERDIR, before and after; without a "
        + "name they are called as the folder is.", valueName: "NAME=DIR"), completion: .directory)
  var models: [String]

  @Option(
    help: ArgumentHelp(
      "carry-arithmetic, modular-arithmetic, countdown, or gsm8k with --file.", valueName: "TASK"))
  var task: String?

  @Option(
    help: ArgumentHelp(
      "Word problems of gsm8k, JSON lines with question and answer.", valueName: "FILE.jsonl"),
    completion: .file())
  var file: String?

  @Option(
    help: ArgumentHelp(
      "The task's problems: test, harder, ood-length, …. Default: test.", valueName: "SPLIT"))
  var split: String?

  @Option(
    help: ArgumentHelp(
      "How many problems: of the task, default 256, or the first ones of --texts, default all.",
      valueName: "N"))
  var problems: Int?

  @Option(
    help: ArgumentHelp(
      "Prompts with whole-number answers, JSON lines as `train` takes them (\"answer\", after \"####\" in a "
        + "response), in place of a task.", valueName: "FILE.jsonl"), completion: .file())
  var texts: String?

  @Option(
    help: ArgumentHelp(
      "What ranks positions: js (largest divergence, above --margin), logp (largest |Δ log p|), entropy "
        + "(highest), random; several with commas.", valueName: "NAME,…"))
  var select = SwapSelector.divergence.rawValue

  @Option(
    help: ArgumentHelp(
      "Most positions of a text that are tried, each in a text of its own; several with commas.",
      valueName: "N,…"))
  var budget = "1,2,4,8"

  @Option(
    help: ArgumentHelp("Most controls of a selected position.", valueName: "N"))
  var controls = InterventionSettings().controls

  @Option(
    help: ArgumentHelp(
      "What a control has in common with its position, beside the text's verdict: entropy (fifths), place "
        + "(fifths), class; with commas, or none.", valueName: "NAME,…"))
  var match = SwapMatch.allCases.map(\.rawValue).joined(separator: ",")

  @Option(
    help: ArgumentHelp(
      "Divergence in nats above which a position has changed, for --select js.", valueName: "X"))
  var margin = InterventionSettings().margin

  @Option(
    help: ArgumentHelp(
      "The checkpoint in whose texts tokens are swapped. Default: first in one's, then in the other's.",
      valueName: "NAME"))
  var textOf: String?

  @Option(help: ArgumentHelp("Most tokens of a response.", valueName: "N"))
  var maxTokens = InterventionSettings().maximumTokens

  @Option(help: ArgumentHelp("Of problems and of what is drawn.", valueName: "N"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "DIR"), completion: .directory)
  var output: String

  @OptionGroup var threads: ThreadsOption

  @Flag(help: "Go on where a stopped run of the same command left off; begin if there is none.")
  var resume = false

  @Flag(help: "Begin anew although an intervention was begun in the folder.")
  var overwrite = false

  @Flag(
    help: """
      Only try some problems and say how many swaps, and how much time, all take. Writes nothing.
      """)
  var dryRun = false

  @OptionGroup var remoteCode: RemoteCode
  @OptionGroup var fields: FieldsOption
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !(resume && overwrite) else {
      throw ValidationError("--resume goes on and --overwrite begins anew: give one of them")
    }
    guard models.count == 2 else {
      throw ValidationError(
        "\(Phrase.count(models.count, "checkpoint")): give two, before and after, as in base=DIR rl=DIR"
      )
    }
    guard !output.isEmpty else { throw ValidationError("--output is empty; name the folder") }
    guard maxTokens > 0, controls > 0 else {
      throw ValidationError("--max-tokens and --controls must be positive")
    }
    guard margin >= 0, margin.isFinite else {
      throw ValidationError("--margin must be 0 or more, in nats")
    }
    guard problems ?? 1 > 0 else { throw ValidationError("--problems must be positive") }
    guard (task == nil) != (texts == nil) else {
      throw ValidationError(
        "give problems: --task NAME, or --texts FILE.jsonl of prompts with answers, not both")
    }
    guard texts == nil || file == nil else {
      throw ValidationError(
        "--file has the problems of --task gsm8k; with --texts it means nothing")
    }
    guard texts == nil || split == nil else {
      throw ValidationError("--split is of a --task; with --texts it means nothing")
    }
    guard texts != nil || fields.fields == nil else {
      throw ValidationError("--fields names those of --texts; a --task has none")
    }
    _ = try settings
  }

  func run() throws {
    threads.apply()
    Interruption.watch()
    let intervention = try Intervention(
      models: models.map { argument in
        let (name, directory) = NamedArgument.model(argument)
        return .init(name: name, directory: directory)
      }, problems: source, authors: textOf.map { [$0] }, settings: settings, folder: output,
      ignoresRemoteCode: remoteCode.isIgnored)
    if dryRun {
      return try report(
        intervention.estimate { try Interruption.check("nothing was begun") })
    }
    var bars: [String: ProgressBar] = [:]
    let result = try intervention.run(resuming: resume, overwriting: overwrite) {
      try Interruption.check("the same command with --resume goes on")
    } progress: { progress in
      let bar =
        bars[progress.label]
        ?? ProgressBar(
          label: progress.label, unit: progress.unit, isQuiet: verbosity.isQuiet,
          alreadyDone: progress.done)
      bars[progress.label] = bar
      bar.update(done: progress.done, total: progress.total)
    }
    try DoseFigure.figure(result)?.write(named: DoseFigure.name, to: URL(filePath: output))
    if verbosity.isJSON { return try Terminal.printResult(Verbosity.text(of: result)) }
    try verbosity.report(
      InterventionReport(result).lines(width: Terminal.tableWidth)
        + result.directions.compactMap(speed), json: result, path: output)
  }

  /// How fast the rest of swapped texts was decoded in this run.
  private func speed(_ direction: InterventionResult.Direction) -> String? {
    direction.speed.map { speed in
      "\(direction.author): \(Phrase.count(direction.swappedTexts, "swapped text")), "
        + "\(Phrase.count(speed.tokens, "token")) decoded in "
        + "\(Number.text(speed.seconds)) s (\(Number.text(Double(speed.tokens) / speed.seconds)) a second)"
    }
  }

  private func report(_ cost: InterventionCost) throws {
    let seconds = cost.directions.reduce(0) { $0 + $1.seconds }
    try verbosity.report(
      ["\(Phrase.count(cost.problems, "problem")), \(cost.tried) of them tried"]
        + cost.directions.map { direction in
          "\(direction.other)'s choices in \(direction.author)'s texts: about "
            + "\(Phrase.count(direction.swappedTexts, "swap")) at \(direction.differing) positions of "
            + "\(Number.count(direction.tokens)), \(Phrase.count(direction.swappedTokens, "token")) to decode"
        } + ["time: about \(ProgressBar.time(seconds)), if the others are alike"],
      json: cost, last: "nothing was written: without --dry-run it begins")
  }

  private var source: InterventionProblems.Source {
    get throws {
      if let texts {
        guard !texts.isEmpty else { throw ValidationError("--texts is empty; name the file") }
        return .file(texts, fields: fields.names, limit: problems)
      }
      let task = try TaskArgument.task(task ?? "", file: file)
      var settings = HeldOutAccuracy.Settings()
      settings.split = try TaskArgument.split(split ?? "test", of: task, called: self.task ?? "")
      settings.problems = problems ?? 256
      settings.maximumTokens = maxTokens
      settings.seed = seed
      return .task(HeldOutAccuracy(task, settings))
    }
  }

  private var settings: InterventionSettings {
    get throws {
      var settings = InterventionSettings()
      settings.selectors = try named(select, "--select")
      settings.match = match == "none" ? [] : try named(match, "--match")
      settings.budgets = try budgets
      settings.controls = controls
      settings.margin = margin
      settings.maximumTokens = maxTokens
      settings.seed = seed
      return settings
    }
  }

  private var budgets: [Int] {
    get throws {
      let numbers = budget.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      let known = numbers.compactMap { $0.flatMap { $0 > 0 ? $0 : nil } }
      guard known.count == numbers.count, Set(known).count == known.count else {
        throw ValidationError(
          "--budget \(budget): give different numbers above 0, as in --budget 1,2,4,8")
      }
      return known.sorted()
    }
  }

  private func named<Name>(_ list: String, _ option: String) throws -> [Name]
  where Name: RawRepresentable<String> & CaseIterable & Hashable {
    var names: [Name] = []
    for word in list.split(separator: ",", omittingEmptySubsequences: false) {
      guard let name = Name(rawValue: String(word)) else {
        let all = Name.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("\(option) \(word): there are \(all)")
      }
      guard !names.contains(name) else {
        throw ValidationError("\(option) \(word) stands twice")
      }
      names.append(name)
    }
    return names
  }
}
