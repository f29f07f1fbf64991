internal import Foundation

/// Seeds as people write them.
package enum SeedList {
  /// What they can be, for people.
  package static let words = "different whole numbers, say 1-8 or 1,2,5"
  /// More make no study.
  private static let most = 10_000

  /// Reads numbers and ranges with commas.
  ///
  /// - Returns: the seeds in their order; nil where the text is something else, or names one twice.
  package static func seeds(of text: String) -> [UInt64]? {
    var seeds: [UInt64] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
        .map { UInt64($0.trimmingCharacters(in: .whitespaces)) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        first <= last, last - first < most
      else { return nil }
      seeds += first...last
      guard seeds.count <= most else { return nil }
    }
    return !seeds.isEmpty && Set(seeds).count == seeds.count ? seeds : nil
  }

  /// The same seeds in few characters: `1-4,7`.
  package static func text(_ seeds: [UInt64]) -> String {
    var runs: [ClosedRange<UInt64>] = []
    for seed in seeds {
      if let last = runs.last, last.upperBound < .max, seed == last.upperBound + 1 {
        runs[runs.count - 1] = last.lowerBound...seed
      } else {
        runs.append(seed...seed)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}
