;;; khoj-lite-answer.el --- Commands that go on once the daemon has answered  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; A command that needs a list from the daemon before it can ask the user
;; something waits for it as long as nobody would notice and no key is
;; pressed.  Otherwise it ends, and goes on when the answer comes; if the
;; user has begun with something else by then, he is not disturbed.

;;; Code:

(require 'khoj-lite-http)

(defconst khoj-lite-answer--moment 0.4
  "Seconds that a command may go on by itself; any key ends it at once.")

(defun khoj-lite-answer-get (path query function &optional fail)
  "Call PATH with QUERY, then FUNCTION with the answer, as part of this command.
FAIL gets a fault; without it the fault is shown."
  (khoj-lite-daemon-ensure)
  (let* ((keys num-input-keys)
         (end (+ (float-time) khoj-lite-answer--moment))
         (waiting t)
         (call (khoj-lite-http-get
                path query
                (lambda (answer)
                  (if waiting
                      (setq waiting (list answer))
                    (khoj-lite-answer--later keys function answer)))
                (or fail #'khoj-lite-http-tell))))
    (while (and (eq waiting t)
                (khoj-lite-http-active-p call)
                (not (input-pending-p))
                (< (float-time) end))
      (accept-process-output nil 0.01))
    (if (consp waiting)
        (funcall function (car waiting))
      (setq waiting nil)
      (when (khoj-lite-http-active-p call)
        (message "Waiting for khoj_lite...")))))

(defun khoj-lite-answer--later (keys function answer)
  "Call FUNCTION with ANSWER unless more than KEYS were pressed by now."
  ;; In a timer: what prompts must not run in a process filter.
  (run-at-time 0 nil
               (lambda ()
                 (if (and (= keys num-input-keys) (not (active-minibuffer-window)))
                     (funcall function answer)
                   (message "khoj_lite has answered; call the command again")))))

(defun khoj-lite-answer-send (method path body function &optional fail)
  "Send BODY to PATH by METHOD, then call FUNCTION with the answer.
FAIL gets a fault; without it the fault is shown."
  (khoj-lite-daemon-ensure)
  (khoj-lite-http-send method path body function (or fail #'khoj-lite-http-tell)))

(defun khoj-lite-answer-table (names category)
  "Return a completion table of NAMES, of CATEGORY, which are kept in order."
  (lambda (string predicate action)
    (if (eq action 'metadata)
        `(metadata (category . ,category)
                   (display-sort-function . identity)
                   (cycle-sort-function . identity))
      (complete-with-action action names string predicate))))

(provide 'khoj-lite-answer)
;;; khoj-lite-answer.el ends here
