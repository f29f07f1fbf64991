import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: the first one lets the command end in good order, a second one at once.
enum Interruption {
  private static let received = Atomic<Int32>(0)

  /// Begins to listen. Signals that whoever started the process ignores stay ignored.
  static func watch() {
    // Made before a signal can come: a handler must not be the first to touch it.
    received.store(0, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] where !isIgnored(number) {
      signal(number) { number in
        // Nothing but what a handler may do.
        Interruption.received.store(number, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }

  /// Whether a signal has come.
  static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

  /// Ends the command if a signal has come.
  ///
  /// - Parameter consequence: what became of the work.
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
