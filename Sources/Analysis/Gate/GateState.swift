/// What one look is about, by digests.
package struct GateSubject: Sendable, Equatable, Codable {
  /// Of each baseline's weights, in ascending order.
  package let baselines: [String]
  package let candidate: String
  /// Of prompts and fixed texts.
  package let texts: String
  /// Of the policy's canonical text.
  package let policy: String

  package init(baselines: [String], candidate: String, texts: String, policy: String) {
    self.baselines = baselines.sorted()
    (self.candidate, self.texts, self.policy) = (candidate, texts, policy)
  }
}

/// The looks that were spent so far, by baseline and texts.
///
/// Several projects live side by side in one state. The same subject again gets its stored result, and
/// spends nothing.
package struct GateState: Sendable, Equatable, Codable {
  /// One look and what it said.
  package struct Look: Sendable, Equatable, Codable {
    package let candidate: String
    package let result: GateResult
  }

  /// All looks of candidates at one baseline on the same texts.
  package struct Series: Sendable, Equatable, Codable {
    package let baselines: [String]
    package let texts: String
    package let policy: String
    /// In their order: the first is look 1.
    package fileprivate(set) var looks: [Look]
  }

  /// Of the form of the file.
  package static let newestVersion = 1

  package private(set) var version = newestVersion
  package private(set) var series: [Series] = []

  package init() {}

  /// Where a subject stands.
  package enum Place: Sendable, Equatable {
    /// It was looked at before.
    case known(GateResult)
    /// It will be this look, from 1.
    case new(look: Int)
  }

  /// Looks a subject up; spends nothing.
  ///
  /// - Parameters:
  ///   - subject: what is to be judged.
  ///   - startsAnew: whether another policy on the same baseline and texts may take the place of the
  ///     old one, whose looks are then forgotten.
  /// - Returns: the stored result, or the number of the look.
  /// - Throws: `GateError.changedPolicy` where it may not.
  package func place(
    of subject: GateSubject, startsAnew: Bool = false
  ) throws(GateError) -> Place {
    guard let index = index(of: subject) else { return .new(look: 1) }
    let known = series[index]
    guard known.policy == subject.policy else {
      if startsAnew { return .new(look: 1) }
      throw .changedPolicy(looks: known.looks.count)
    }
    if let look = known.looks.first(where: { $0.candidate == subject.candidate }) {
      return .known(look.result)
    }
    return .new(look: known.looks.count + 1)
  }

  /// Stores a result: the look is spent.
  ///
  /// - Parameters:
  ///   - result: of the look that `place` said; the same subject twice changes nothing.
  ///   - subject: what was judged.
  ///   - startsAnew: as there.
  /// - Throws: as there.
  package mutating func record(
    _ result: GateResult, of subject: GateSubject, startsAnew: Bool = false
  ) throws(GateError) {
    guard case .new(let number) = try place(of: subject, startsAnew: startsAnew) else { return }
    precondition(result.look == number, "look \(result.look) recorded as \(number)")
    let look = Look(candidate: subject.candidate, result: result)
    if let index = index(of: subject), series[index].policy == subject.policy {
      series[index].looks.append(look)
      return
    }
    series.removeAll { $0.baselines == subject.baselines && $0.texts == subject.texts }
    series.append(
      Series(
        baselines: subject.baselines, texts: subject.texts, policy: subject.policy, looks: [look]))
  }

  private func index(of subject: GateSubject) -> Int? {
    series.firstIndex { $0.baselines == subject.baselines && $0.texts == subject.texts }
  }
}
