;;; khoj-lite-test.el --- What the tests share  -*- lexical-binding: t; -*-

;;; Commentary:

;; Waiting, and a place to put answers in.

;;; Code:

(require 'ert)
(require 'cl-lib)
(require 'khoj-lite)
(require 'khoj-lite-http)

(setq khoj-lite-start nil)

(defvar khoj-lite-test-patience 60
  "Seconds that a loaded machine may take.")

(defun khoj-lite-test-until (holds)
  "Let Emacs work until the function HOLDS returns non-nil, and return that."
  (let ((end (+ (float-time) khoj-lite-test-patience)) value)
    (while (not (setq value (funcall holds)))
      (when (> (float-time) end)
        (ert-fail "It never happened"))
      (accept-process-output nil 0.01))
    value))

(defun khoj-lite-test-get (path query)
  "Return (ok ANSWER) or (fault FAULT) of a call of PATH with QUERY."
  (let (result)
    (khoj-lite-http-get path query
                        (lambda (answer) (setq result (list 'ok answer)))
                        (lambda (fault) (setq result (list 'fault fault))))
    (should-not result)                 ; it came back before anything was done
    (khoj-lite-test-until (lambda () result))))

(defun khoj-lite-test-hits (question)
  "Return the hits for QUESTION."
  (pcase (khoj-lite-test-get "/search" `((q . ,question)))
    (`(ok ,answer) (alist-get 'hits answer))
    (`(fault ,fault) (ert-fail fault))))

(defun khoj-lite-test-messages (function)
  "Call FUNCTION and return what was shown in the echo area meanwhile."
  (let (said)
    (cl-letf (((symbol-function 'message)
               (lambda (format &rest arguments)
                 (when format (push (apply #'format format arguments) said)))))
      (funcall function))
    (nreverse said)))

(provide 'khoj-lite-test)
;;; khoj-lite-test.el ends here
