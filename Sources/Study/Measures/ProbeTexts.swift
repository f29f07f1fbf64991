internal import Foundation
internal import JSON
internal import Tasks
internal import Training

extension StudyTexts {
  /// What kind a probe is of: its texts' source.
  enum Probe: String, CaseIterable {
    /// Base's right answers to held-out problems.
    case correct
    /// Base's wrong ones.
    case wrong
    /// What the near teacher writes on the same problems.
    case teacher
    /// What the far teacher writes on them.
    case far
    /// What the teacher in base's own writing writes on them.
    case native
    /// A problem with base's right answer to another one.
    case unrelated
    /// What base was trained on: the earlier mixture, of which later training may make it forget.
    case mixture
  }

  /// Texts of the kinds that nobody's answers are: teachers', unrelated ones and the earlier mixture.
  ///
  /// Base's answers have to be there.
  ///
  /// - Parameter base: whose right answers are given to other problems.
  /// - Returns: the file they are in.
  /// - Throws: an error of base's answers, or of the file.
  func probes(of base: String) throws -> String {
    let teachers = try [(Probe.teacher, Teacher.near), (.far, .far), (.native, .native)]
      .flatMap { try teacherLines($0.0.rawValue, by: $0.1) }
    return try write(teachers + unrelated(to: base) + mixture(), base + "-probe")
  }

  /// Some of base's answers and of the probes, few enough to be scored under each checkpoint of a run.
  ///
  /// Both have to be there.
  ///
  /// - Returns: the file they are in.
  /// - Throws: an error of a file.
  func pathTexts(of base: String) throws -> String {
    let most = 32
    var problems: [String: Int] = [:]
    var kinds: [String: Int] = [:]
    var chosen: [String] = []
    for line in try lines(of: path(of: base)) {
      let value = try JSONValue(parsing: Array(line))
      let name = value["prompt_id"]?.stringValue ?? ""
      guard problems[name] != nil || problems.count < most else { continue }
      problems[name, default: 0] += 1
      if problems[name] ?? 0 <= 2 { chosen.append(String(decoding: line, as: UTF8.self) + "\n") }
    }
    for line in try lines(of: path(of: base + "-probe")) {
      let kind = try JSONValue(parsing: Array(line))["source"]?.stringValue ?? ""
      kinds[kind, default: 0] += 1
      if kinds[kind] ?? 0 <= most { chosen.append(String(decoding: line, as: UTF8.self) + "\n") }
    }
    return try write(chosen, base + "-path")
  }

  private func lines(of path: String) throws -> [Data] {
    try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n"))
  }

  private func mixture() throws -> [String] {
    let task = try task()
    guard task.splits.contains(.pretraining) else { return [] }
    return try (0..<evaluation.textProblems).map { index in
      let problem = task.problem(index, of: .pretraining, seed: seed)
      var generator = CounterGenerator(
        seed: seed, stream: StableHash.value(of: "probe/mixture"), index: UInt64(index))
      let text = task.baseText(for: problem, using: &generator)
      return try line(
        "\(Probe.mixture)/\(index)", prompt: text.prompt, response: text.response,
        source: Probe.mixture.rawValue)
    }
  }

  /// Each problem that base solved with its first right answer to the next such problem.
  private func unrelated(to base: String) throws -> [String] {
    var solved: [(prompt: JSONValue, ids: JSONValue, response: JSONValue)] = []
    var known: Set<String> = []
    let path = path(of: base)
    for (index, line) in try lines(of: path).enumerated() {
      guard let value = try? JSONValue(parsing: Array(line)), let prompt = value["prompt_id"],
        let name = prompt.stringValue, let ids = value["prompt_ids"],
        let response = value["response_ids"]
      else { throw StudyError(path, "line \(index + 1) is no answer; measure the study anew") }
      guard value["correct"]?.boolValue == true, known.insert(name).inserted else { continue }
      solved.append((prompt, ids, response))
    }
    guard solved.count > 1 else { return [] }
    return solved.indices.map { index in
      let other = solved[(index + 1) % solved.count]
      return JSONValue.object([
        JSONMember(key: "id", value: .string("\(Probe.unrelated)/\(index)")),
        JSONMember(key: "prompt_id", value: solved[index].prompt),
        JSONMember(key: "source", value: .string(Probe.unrelated.rawValue)),
        JSONMember(key: "prompt_ids", value: solved[index].ids),
        JSONMember(key: "response_ids", value: other.response),
      ]).serialized() + "\n"
    }
  }
}
