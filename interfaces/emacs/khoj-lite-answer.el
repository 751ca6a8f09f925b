;;; khoj-lite-answer.el --- Commands that go on once the daemon has answered  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; A command that needs a list from the daemon before it can ask the user
;; something does not wait for it: it ends, and goes on when the answer
;; comes.  Usually that is within milliseconds.  If the user has begun
;; with something else by then, he is not disturbed.

;;; Code:

(require 'khoj-lite-http)

(defun khoj-lite-answer-get (path query function)
  "Call PATH with QUERY, then FUNCTION with the answer, as part of this command."
  (khoj-lite-daemon-ensure)
  (khoj-lite-http-get path query (khoj-lite-answer--then function) #'khoj-lite-http-tell))

(defun khoj-lite-answer-send (method path body function &optional fail)
  "Send BODY to PATH by METHOD, then call FUNCTION with the answer.
FAIL gets a fault; without it the fault is shown."
  (khoj-lite-daemon-ensure)
  (khoj-lite-http-send method path body function (or fail #'khoj-lite-http-tell)))

(defun khoj-lite-answer--then (function)
  "Return a function that gives FUNCTION an answer unless the user went on."
  (let ((keys num-input-keys))
    (lambda (answer)
      ;; In a timer: what prompts must not run in a process filter.
      (run-at-time 0 nil
                   (lambda ()
                     (if (and (= keys num-input-keys) (not (active-minibuffer-window)))
                         (funcall function answer)
                       (message "khoj_lite has answered; call the command again")))))))

(provide 'khoj-lite-answer)
;;; khoj-lite-answer.el ends here
