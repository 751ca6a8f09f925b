;;; trouble-suite.el --- The client and a daemon in trouble  -*- lexical-binding: t; -*-

;;; Code:

(require 'khoj-lite-test)
(require 'khoj-lite-search)
(require 'khoj-lite-chat)
(require 'khoj-lite-manage)
(require 'khoj-lite-train)

(defun trouble-suite-fault (question)
  "Return the code of the fault for QUESTION."
  (pcase (khoj-lite-test-get "/search" `((q . ,question)))
    (`(fault ,fault)
     (should (string-match-p "\\`\\(?:[A-Z]\\|khoj_lite\\)" (khoj-lite-http-explain fault)))
     (alist-get 'code fault))
    (other (ert-fail other))))

(defun trouble-suite-gap (work)
  "Return WORK's value and the longest time, in seconds, between two ticks of a timer."
  (let* ((last (float-time)) (worst 0.0)
         (timer (run-at-time 0 0.005
                             (lambda ()
                               (let ((now (float-time)))
                                 (setq worst (max worst (- now last)) last now))))))
    (unwind-protect
        (list (funcall work) worst)
      (cancel-timer timer))))

(ert-deftest trouble-patience-ends ()
  (let ((khoj-lite-timeout 0.2))
    (should (equal (trouble-suite-fault "slow again") "slow"))))

(ert-deftest trouble-a-thousand-hits ()
  (pcase-let* ((`(,result ,worst)
                (trouble-suite-gap
                 (lambda () (khoj-lite-test-get "/search" '((q . "thousand"))))))
               (hits (alist-get 'hits (cadr result)))
               (start (float-time)))
    (should (= 1000 (length hits)))
    (let ((candidates (khoj-lite-hit-candidates hits)))
      (should (= 1000 (length (seq-uniq (mapcar #'substring-no-properties candidates)))))
      (khoj-lite-hit-affixate (seq-take candidates 20))
      (message "THOUSAND gap %.4f candidates %.4f" worst (- (float-time) start)))))

(ert-deftest trouble-another-program-at-the-port ()
  (should (equal (trouble-suite-fault "page") "garbled")))

(ert-deftest trouble-a-token-of-another-home-names-the-home ()
  (cl-letf (((symbol-function 'khoj-lite-daemon-token) (lambda () "another")))
    (pcase (khoj-lite-test-get "/search" '((q . "fine")))
      (`(fault ,fault)
       (should (equal (alist-get 'code fault) "unauthorized"))
       (should (string-match-p
                "\\`khoj_lite does not know the token in .*home/\\.  Start it again"
                (khoj-lite-http-explain fault))))
      (other (ert-fail other)))
    (trouble-suite-ask "fine")
    (khoj-lite-test-until (lambda () khoj-lite-chat--finished))
    (should (string-match-p "/khoj_lite does not know the token" (buffer-string)))
    (should (string-suffix-p "\n* fine" (buffer-string)))))

(ert-deftest trouble-answer-cut-off ()
  (should (equal (trouble-suite-fault "cut") "closed")))

(ert-deftest trouble-hanging-up-is-tried-again-then-told ()
  (should (equal (trouble-suite-fault "hang up") "down")))

(ert-deftest trouble-a-call-that-was-cancelled-calls-nobody ()
  (let* ((called nil)
         (call (khoj-lite-http-get "/search" '((q . "slow")) (lambda (_) (setq called t))
                                   (lambda (_) (setq called t)))))
    (khoj-lite-test-until (lambda () (eq 'open (khoj-lite-http-call-state call))))
    (should (khoj-lite-http-cancel call))
    (should-not (khoj-lite-http-cancel call))
    (accept-process-output nil 0.1)
    (should-not called)
    (should-not (cl-find-if (lambda (process) (string-prefix-p "khoj-lite" (process-name process)))
                            (process-list)))
    (should-not (cl-find-if (lambda (buffer)
                              (string-prefix-p " *khoj-lite call*" (buffer-name buffer)))
                            (buffer-list)))))

(ert-deftest trouble-an-error-in-a-callback-is-shown-and-over ()
  (let ((debug-on-error nil) called)
    (should (equal '("khoj_lite: (error \"Mine\")")
                   (khoj-lite-test-messages
                    (lambda ()
                      (khoj-lite-http-get "/search" '((q . "fine"))
                                          (lambda (_) (setq called t) (error "Mine")) #'ignore)
                      (khoj-lite-test-until (lambda () called))))))
    (should (eq 'ok (car (khoj-lite-test-get "/search" '((q . "fine"))))))))

;;; A daemon that cannot do it yet

(ert-deftest trouble-a-daemon-without-training-or-models-says-so ()
  (let (said)
    (cl-letf (((symbol-function 'message)
               (lambda (format &rest arguments)
                 (when format (push (apply #'format format arguments) said))))
              ((symbol-function 'y-or-n-p) (lambda (_) t)))
      (khoj-lite-models)
      (khoj-lite-test-until
       (lambda () (member "This version of khoj_lite cannot choose models yet" said)))
      (khoj-lite-train)
      (khoj-lite-test-until
       (lambda () (member "This version of khoj_lite cannot train yet" said))))))

;;; Chat

(defun trouble-suite-ask (question)
  "Ask QUESTION in a new conversation."
  (khoj-lite-chat question)
  (set-buffer khoj-lite-chat--name))

(ert-deftest trouble-stream-in-pieces ()
  (trouble-suite-ask "fine")
  (khoj-lite-test-until (lambda () khoj-lite-chat--finished))
  (should (string-match-p "\\`\\* fine\n\nZwölf \\*京都\\* \\[\\[khoj-lite:/nowhere/note 1.org::1\\]\\[1\\]\\]\\.\nSpäter ✓"
                          (buffer-string)))
  (should (string-suffix-p "\n* " (buffer-string))))

(ert-deftest trouble-stop-in-the-midst ()
  (trouble-suite-ask "endless")
  (khoj-lite-test-until (lambda () (string-match-p "✓ and and" (buffer-string))))
  (should-error (khoj-lite-chat-send) :type 'user-error)
  (khoj-lite-chat-stop)
  (should (string-match-p "/Stopped\\./" (buffer-string)))
  (should (string-suffix-p "\n* " (buffer-string)))
  (should (alist-get 'left (cadr (khoj-lite-test-get "/left" nil)))))

(ert-deftest trouble-daemon-dies-during-the-answer ()
  (trouble-suite-ask "die")
  (khoj-lite-test-until (lambda () khoj-lite-chat--finished))
  (should (string-match-p "Zwölf" (buffer-string)))
  (should (string-match-p "/The answer broke off: khoj_lite has stopped\\./" (buffer-string)))
  (should (string-suffix-p "\n* " (buffer-string))))

(ert-deftest trouble-error-in-the-stream ()
  (trouble-suite-ask "fail")
  (khoj-lite-test-until (lambda () khoj-lite-chat--finished))
  (should (string-match-p "/The model ran out of memory/" (buffer-string))))

(ert-deftest trouble-what-is-typed-goes-to-the-question ()
  (trouble-suite-ask "fine")
  (khoj-lite-test-until (lambda () khoj-lite-chat--finished))
  (goto-char (point-min))
  (let ((this-command 'self-insert-command))
    (run-hooks 'pre-command-hook))
  (should (eobp)))

(provide 'trouble-suite)
;;; trouble-suite.el ends here
