import Foundation

/// The times of a case, in seconds per call.
struct Timing: Encodable {
  let name: String
  /// The median over the repeats.
  let median: Double
  let fastest: Double
  let slowest: Double
  /// Processor time of one call on all threads, the mean over the repeats: less moved than the
  /// others by what else the machine does.
  let processor: Double
  /// Calls within a repeat.
  let calls: Int
  /// Added up over all calls, so that no output is unused.
  let checksum: Double
  let work: Work

  private enum CodingKeys: String, CodingKey {
    case name, median, fastest, slowest, processor, calls, checksum
  }

  /// Shortest repeat: long beside the clock and a thread's wake-up.
  private static let shortest = 0.04

  /// Warms up, finds how many calls make a repeat, and times the repeats.
  init(_ item: Case, repeats: Int) throws {
    let repeats = min(repeats, item.mostRepeats)
    let run = try item.prepare()
    var iteration = 0
    var checksum = 0.0
    func seconds(calls: Int) throws -> Double {
      let duration = try ContinuousClock().measure {
        for _ in 0..<calls {
          checksum += try run(iteration)
          iteration += 1
        }
      }
      return duration / .seconds(1)
    }
    _ = try seconds(calls: 1)
    let once = try seconds(calls: 1)
    let calls = max(1, Int((Self.shortest / max(once, 1e-7)).rounded(.up)))
    let before = Self.processorSeconds()
    let times = try (0..<repeats).map { _ in try seconds(calls: calls) / Double(calls) }.sorted()
    processor = (Self.processorSeconds() - before) / Double(repeats * calls)
    name = item.name
    work = item.work
    self.calls = calls
    self.checksum = checksum
    let middle = times.count / 2
    median = times.count.isMultiple(of: 2) ? (times[middle - 1] + times[middle]) / 2 : times[middle]
    fastest = times[0]
    slowest = times[times.count - 1]
  }

  /// What the process has used so far, on all threads, the kernel's part included.
  private static func processorSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
