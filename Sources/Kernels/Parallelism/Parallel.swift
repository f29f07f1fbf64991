import Dispatch
import Foundation
import Synchronization

/// The one place that starts threads for arithmetic.
///
/// Work is cut into pieces whose bounds depend on the problem alone, never on the number of
/// threads, and OpenBLAS runs one thread per piece: so results are the same bits for any thread
/// count. (With OpenBLAS's own threads 6.7 % of the elements of a product differ between one and two.)
package enum Parallel {
  private static let limit = Atomic<Int>(0)

  /// Number of threads to use: all processors unless set.
  ///
  /// The executable sets it once at its start.
  package static var threadCount: Int {
    get {
      let set = limit.load(ordering: .relaxed)
      return set > 0 ? set : DispatchQueue.processorCount
    }
    set {
      precondition(newValue > 0, "Parallel: thread count must be positive, is \(newValue)")
      limit.store(newValue, ordering: .relaxed)
    }
  }

  /// Calls `body` once for each of `0..<count`, spread over the threads, and waits for all.
  ///
  /// Threads take the next index when they are free, so uneven pieces balance. Called from within a
  /// piece, it runs on that piece's thread alone: the others have pieces of their own.
  package static func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
    let threads = isInsidePiece.value ? 1 : min(threadCount, count)
    guard threads > 1 else {
      for index in 0..<count { body(index) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      isInsidePiece.value = true
      defer { isInsidePiece.value = false }
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        body(index)
      }
    }
  }

  /// The same for large pieces that use `forEach` themselves: where there are fewer of them than
  /// threads, they run one after the other, and each on all threads.
  package static func forEachLarge(_ count: Int, _ body: @Sendable (Int) -> Void) {
    if count >= threadCount {
      forEach(count, body)
    } else {
      for index in 0..<count { body(index) }
    }
  }

  private static let isInsidePiece = ThreadFlag()

  /// The results of `body` for each of `0..<count`, computed on all threads, in order.
  package static func map<Result: Sendable>(
    _ count: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    unsafe [Result](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      nonisolated(unsafe) let results = unsafe buffer
      forEach(count) { index in
        unsafe results.initializeElement(at: index, to: body(index))
      }
      initializedCount = count
    }
  }

  /// Calls `body` once for each element, which it may change, spread over the threads.
  package static func update<Element: Sendable>(
    _ elements: inout [Element], _ body: @Sendable (Int, inout Element) -> Void
  ) {
    unsafe elements.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let shared = unsafe buffer
      unsafe forEach(shared.count) { index in unsafe body(index, &shared[index]) }
    }
  }

  /// The same for large pieces, as `forEachLarge`.
  package static func mapLarge<Result: Sendable>(
    _ count: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    unsafe [Result](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      nonisolated(unsafe) let results = unsafe buffer
      forEachLarge(count) { index in
        unsafe results.initializeElement(at: index, to: body(index))
      }
      initializedCount = count
    }
  }
}

extension DispatchQueue {
  fileprivate static let processorCount = max(1, ProcessInfo.processInfo.activeProcessorCount)
}
