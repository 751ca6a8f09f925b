;;; start-suite.el --- Starting the daemon from Emacs  -*- lexical-binding: t; -*-

;;; Code:

(require 'khoj-lite-test)
(require 'khoj-lite-manage)

(defmacro start-suite-answering (answer &rest body)
  "Run BODY; questions are answered with ANSWER."
  (declare (indent 1))
  `(cl-letf (((symbol-function 'y-or-n-p) (lambda (_) ,answer)))
     ,@body))

(ert-deftest start-1-who-says-no-is-left-alone ()
  (let ((khoj-lite-start 'ask))
    (start-suite-answering nil
      (should-error (khoj-lite-index) :type 'user-error))
    (should-not (process-list))))

(ert-deftest start-2-a-program-that-is-not-there ()
  (let ((khoj-lite-start t) (exec-path nil) (khoj-lite-daemon--folder "/nowhere/"))
    (should-error (khoj-lite-index) :type 'user-error)
    (should-not (process-list))))

(ert-deftest start-3-a-program-that-fails-says-why ()
  (let* ((khoj-lite-start t) (khoj-lite-http--patience 0.1)
         (khoj-lite-program '("sh" "-c" "echo 'error: the disk is full' >&2; exit 1"))
         fault said)
    (setq said (khoj-lite-test-messages
                (lambda ()
                  (khoj-lite-daemon-ensure)
                  (khoj-lite-http-get "/search" '((q . "x")) #'ignore
                                      (lambda (told) (setq fault told)))
                  (khoj-lite-test-until (lambda () fault)))))
    (should (equal (alist-get 'code fault) "down"))
    (should (member "khoj_lite stopped: error: the disk is full" said))))

(ert-deftest start-4-after-a-yes-what-was-wanted-is-done ()
  (let ((khoj-lite-start 'ask) (vault (getenv "KHOJ_LITE_TEST_VAULT")))
    (start-suite-answering t
      (khoj-lite-add-source vault))
    (should (khoj-lite-daemon-starting-p))
    (khoj-lite-test-until (lambda () (khoj-lite-daemon-note)))
    (let ((hits (khoj-lite-test-until
                 (lambda () (khoj-lite-test-hits "when do bees swarm")))))
      (should (equal (alist-get 'path (car hits)) (expand-file-name "bees.org" vault))))
    (should-not (khoj-lite-daemon-starting-p))))

(provide 'start-suite)
;;; start-suite.el ends here
