import Foundation
import Study
import TestSupport

/// Made-up runs with checkpoints: base, sft, sft-half, and sft-rl that goes on from it.
enum ProbeRuns {
  static let kinds = ["teacher", "correct", "far", "wrong"]

  /// A probe of 4 texts of 10 tokens in all.
  static func probe(_ perToken: Double) -> TextProbe {
    TextProbe(texts: 4, tokens: 10, logProbPerToken: perToken, logProbPerText: 2.5 * perToken)
  }

  /// Different numbers for each run, seed, step and kind.
  static func number(_ run: String, _ seed: UInt64, _ step: Int, _ kind: String) -> Double {
    let mixed = StableNumbers.number("\(run)/\(seed)/\(step)/\(kind)")
    return -0.1 - 5 * mixed
  }

  static func probes(_ run: String, _ seed: UInt64, _ step: Int) -> [String: TextProbe] {
    Dictionary(uniqueKeysWithValues: kinds.map { ($0, probe(number(run, seed, step, $0))) })
  }

  static func path(_ run: String, _ seed: UInt64, _ steps: [Int]) -> [PathPoint] {
    steps.map {
      PathPoint(step: $0, klRunBase: 1, klBaseRun: 1, probes: probes(run, seed, $0))
    }
  }

  /// All runs of some seeds; the last step of an odd seed is one further.
  static func runs(seeds: [UInt64] = [1, 2, 3, 4], baseHasPath: Bool = true) -> [StudyRun] {
    seeds.flatMap { seed in
      [("base", nil), ("sft", "base"), ("sft-half", "base"), ("sft-rl", "sft-half")].map {
        (name: String, parent: String?) in
        var run = StudyRun(name: name, seed: seed)
        run.parent = parent
        run.base = parent == nil ? nil : "base"
        // Of more texts than the paths.
        run.probes = probes(name, seed, -1)
        run[.accuracy] = 0.3 + 0.05 * Double(seed) + (name == "sft" ? 0.2 : 0)
        if parent != nil {
          run.path = path(name, seed, [1, 2, 5, 10, 20 + Int(seed % 2)])
        } else if baseHasPath {
          run.path = path(name, seed, [99])
        }
        return run
      }
    }
  }
}

/// Numbers in 0…1 that are the same everywhere.
enum StableNumbers {
  static func number(_ text: String) -> Double {
    var hash: UInt64 = 14_695_981_039_346_656_037
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    // The last characters move the low bits only.
    hash = (hash ^ (hash >> 32)) &* 0x9E37_79B9_7F4A_7C15
    return Double(hash >> 40) / Double(1 << 24)
  }
}
