import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: the first one lets the command end in good order, a second one at once.
enum Interruption {
  private static let received = Atomic<Int32>(0)

  /// Begins to listen.
  ///
  /// Signals that whoever started the process ignores stay ignored. Those that are blocked are not:
  /// some libraries start processes from threads that block everything.
  static func watch() {
    // Made before a signal can come: a handler must not be the first to touch it.
    _ = received.load(ordering: .relaxed)
    for number in signals where !isIgnored(number) {
      signal(number) { number in
        // Nothing but what a handler may do.
        Interruption.received.store(number, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
      unblock(number)
    }
  }

  /// Stops listening: nobody would look whether a signal has come.
  static func unwatch() {
    for number in signals where !isIgnored(number) { signal(number, SIG_DFL) }
  }

  private static let signals = [SIGINT, SIGTERM]

  /// Whether a signal has come.
  static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

  /// Ends the command if a signal has come.
  ///
  /// - Parameter consequence: what became of the work.
  /// - Throws: `Interrupted`.
  static func check(_ consequence: @autoclosure () -> String) throws(Interrupted) {
    if isRequested { throw Interrupted(consequence: consequence()) }
  }

  /// Ends the process as the signal would have: whoever waits for it shall know.
  static func end() -> Never {
    let number = received.load(ordering: .relaxed)
    signal(number, SIG_DFL)
    kill(getpid(), number)
    Foundation.exit(128 + number)
  }

  private static func unblock(_ number: Int32) {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, number)
    unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    #if canImport(Glibc)
      let handler = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    #else
      let handler = unsafe unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self)
    #endif
    return handler == 1
  }
}

/// A command that was asked to end.
struct Interrupted: Error, CustomStringConvertible {
  let consequence: String

  var description: String { "interrupted; \(consequence)" }
}
