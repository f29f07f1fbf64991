import Foundation

/// A truth value that each thread has for itself, false at first.
@safe struct ThreadFlag: @unchecked Sendable {
  private let key: pthread_key_t

  init() {
    var key = pthread_key_t()
    let result = unsafe pthread_key_create(&key, nil)
    precondition(result == 0, "threads have no room for another value: error \(result)")
    self.key = key
  }

  var value: Bool {
    get { unsafe pthread_getspecific(key) != nil }
    nonmutating set {
      // Any address but none: it is never followed.
      unsafe pthread_setspecific(key, newValue ? UnsafeRawPointer(bitPattern: 1) : nil)
    }
  }
}
