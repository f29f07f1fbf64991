internal import Analysis
internal import Foundation
internal import JSON
internal import Texts

/// Reads JSON lines of answers for a gate, such as `evaluate --output` writes.
struct AnswerRunReader {
  /// A line, as far as it is used.
  struct Line {
    let prompt: String
    let source: String
    let notes: TextNotes
    let answer: AnswerColumns.Answer
    let entropies: [Double]
    let promptDigest: String?
  }

  private let path: String
  private var lines: [Line] = []
  private var digest = Digest()

  /// - Throws: `TextError` and `GateInputError` naming the line.
  init(path: String) throws {
    self.path = path
    var (lines, digest) = ([Line](), Digest())
    try visit { line, _, bytes in
      lines.append(line)
      digest.add(bytes: bytes)
    }
    (self.lines, self.digest) = (lines, digest)
    guard !lines.isEmpty else {
      throw GateInputError(path, "is empty: give the file that 'evaluate --output' wrote")
    }
  }

  /// Reads the file from its beginning.
  func visit(_ body: (Line, TextRow, [UInt8]) throws -> Void) throws {
    var stream = try LineStream(path: path)
    while let line = try stream.next() {
      let value: JSONValue
      do {
        value = try JSONValue(parsing: line.bytes, dialect: .python)
      } catch {
        throw fault(line.number, "invalid JSON at column \(error.column): \(error.reason)")
      }
      let (read, row) = try read(value, line.number)
      try body(read, row, line.bytes)
    }
  }

  private func fault(_ line: Int, _ message: String) -> GateInputError {
    GateInputError(path, place: "line \(line)", message)
  }

  private func read(_ value: JSONValue, _ number: Int) throws -> (Line, TextRow) {
    guard let members = value.objectValue else {
      throw fault(number, "is no object: give the file that 'evaluate --output' wrote")
    }
    if value["splits"] != nil, value["prompt_id"] == nil {
      throw fault(
        number,
        "is the summary of 'evaluate --json', which has no answers: give the file of its --output")
    }
    let row: TextRow
    do { row = try TextRow(members, TextFields(), hasResponse: true) } catch {
      throw fault(number, error.description)
    }
    guard let prompt = name(row.values[.promptID] ?? row.values[.id]) else {
      throw fault(number, "has no prompt_id, by which answers of two runs are matched")
    }
    let source = name(row.values[.source]) ?? ""
    let notes = TextNotes(row.rest, source: source)
    let entropies = row.rest.first { $0.hasKey("entropies") }?.value.arrayValue ?? []
    let asked = row.values[.prompt] ?? row.values[.promptIDs]
    let line = Line(
      prompt: prompt, source: source, notes: notes, answer: answer(row, notes),
      entropies: entropies.map { $0.doubleValue ?? .nan },
      promptDigest: asked.map { Digest.of([$0.serialized()]) })
    return (line, row)
  }

  private func answer(_ row: TextRow, _ notes: TextNotes) -> AnswerColumns.Answer {
    let length: Int?
    if let mask = row.values[.responseMask]?.arrayValue {
      length = mask.count { $0.boolValue ?? (($0.doubleValue ?? 0) != 0) }
    } else {
      length = row.values[.responseIDs]?.arrayValue?.count
    }
    let correct = row.values[.correct]
    return .init(
      correct: correct?.boolValue ?? correct?.doubleValue.map { $0 != 0 },
      reward: row.values[.reward]?.doubleValue,
      stopped: TextNotes.stopped(row.values[.finish]?.stringValue ?? ""), formed: notes.formed,
      length: length)
  }

  private func name(_ value: JSONValue?) -> String? {
    value?.stringValue ?? value?.integerValue.map { String($0) }
  }

  /// All that the file has for a gate.
  ///
  /// - Parameter names: `model` is whose answers are meant.
  /// - Returns: values of their author's answers.
  /// - Throws: `GateInputError` where it isn't clear whose.
  func run(_ names: GateNames) throws -> GateRun {
    let sources = Set(lines.map(\.source))
    let author = try author(names, of: sources)
    let own = lines.filter { $0.source == author }
    var run = GateRun(path: path, model: author, weights: "", evaluation: digest.text())
    var answers = AnswerColumns()
    var entropy = GateColumn()
    for line in own {
      answers.add(line.answer, prompt: line.prompt, marks: line.notes.marks)
      entropy.add(
        prompt: line.prompt, marks: line.notes.marks,
        tokens: line.entropies.enumerated().lazy.map { (place: $0.offset, value: $0.element) })
      if let digest = line.promptDigest { run.prompts[line.prompt] = digest }
    }
    run.promptKind = "text"
    answers.fill(&run)
    if answers.columns[.length] == nil { run.gaps[.length] = "no answer has response_ids" }
    if entropy.samples.isEmpty {
      run.gaps[.entropy] = "no answer has entropies"
    } else {
      run.columns[.entropy] = entropy
    }
    let reasons: [String: [GateMetric]] = [
      "answers have no numbers of a base: score them with it": [.klToBase, .changedFromBase],
      "answers have no numbers of two models: score them with both": [
        .klCandidateBaseline, .changedBetween,
      ],
      "answers are no fixed texts: score such with the model": [.heldOutLoss],
    ]
    for (reason, metrics) in reasons { for metric in metrics { run.gaps[metric] = reason } }
    if own.count < lines.count {
      run.notes.append(
        "\(path): \(own.count) answers of '\(author)'; \(lines.count - own.count) of others "
          + "are left out"
      )
    }
    return run
  }

  /// Sampled answers rather than the greedy ones beside them.
  private func author(_ names: GateNames, of sources: Set<String>) throws -> String {
    let known = sources.sorted().prefix(8).map { "'\($0)'" }.joined(separator: ", ")
    if let model = names.model {
      guard sources.contains(model) else {
        throw GateInputError(
          path, "has no answer by '\(model)', only by \(known): see \(names.option)")
      }
      return model
    }
    let sampled = sources.filter { source in
      !(source.hasSuffix("-greedy") && sources.contains(String(source.dropLast(7))))
    }
    guard sampled.count == 1, let only = sampled.first else {
      throw GateInputError(
        path, "has answers by \(known): say whose with \(names.option) NAME")
    }
    return only
  }
}
