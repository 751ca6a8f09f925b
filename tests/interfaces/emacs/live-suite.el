;;; live-suite.el --- The client against a daemon that has indexed notes  -*- lexical-binding: t; -*-

;;; Code:

(require 'khoj-lite-test)
(require 'khoj-lite-search)
(require 'khoj-lite-similar)
(require 'khoj-lite-chat)
(require 'khoj-lite-list)
(require 'khoj-lite-manage)
(require 'khoj-lite-train)

(defvar live-suite-vault (getenv "KHOJ_LITE_TEST_VAULT"))

(defun live-suite-line ()
  "Return the text of this line."
  (buffer-substring-no-properties (line-beginning-position) (line-end-position)))

(defmacro live-suite-choosing (choice &rest body)
  "Run BODY with the candidate at CHOICE taken wherever one is asked for."
  (declare (indent 1))
  `(cl-letf (((symbol-function 'completing-read)
              (lambda (_prompt table &rest _)
                (nth ,choice (all-completions "" table)))))
     ,@body))

;;; Search and jump

(ert-deftest live-search-goes-to-the-very-line ()
  (let ((hit (car (live-suite-hits "when is the apple tree pruned"))))
    (khoj-lite-open-hit hit)
    (should (equal buffer-file-name (expand-file-name "garden.org" live-suite-vault)))
    (should (derived-mode-p 'org-mode))
    (should (string-match-p "Apple\\|apple" (live-suite-line)))
    (should-not (org-invisible-p (point)))
    (should-not (xref-marker-stack-empty-p))))

(defun live-suite-hits (question)
  "Return the hits for QUESTION, at least one."
  (let ((hits (khoj-lite-test-hits question)))
    (should hits)
    hits))

(ert-deftest live-search-in-any-script-and-name ()
  (khoj-lite-open-hit (car (live-suite-hits "京都の寺")))
  (should (equal (file-name-nondirectory buffer-file-name) "日記 [京都].md"))
  (khoj-lite-open-hit (car (live-suite-hits "espresso machine")))
  (should (equal (encode-coding-string (file-name-nondirectory buffer-file-name) 'utf-8)
                 "caf\351.txt"))
  (should (string-match-p "espresso" (buffer-string))))

(ert-deftest live-search-tells-an-unreadable-filter ()
  (pcase (khoj-lite-test-get "/search" '((q . "dt>=\"the day of never\" x")))
    (`(fault ,fault)
     (should (equal (alist-get 'code fault) "bad_query"))
     (should (string-match-p "never" (khoj-lite-http-explain fault))))
    (other (ert-fail other))))

(ert-deftest live-list-shows-org-as-org ()
  (when (get-buffer "*khoj-lite hits*") (kill-buffer "*khoj-lite hits*"))
  (khoj-lite-search-list "apple tree")
  (khoj-lite-test-until (lambda () (get-buffer "*khoj-lite hits*")))
  (with-current-buffer "*khoj-lite hits*"
    (should (derived-mode-p 'org-mode))
    (goto-char (point-min))
    (should (re-search-forward "^\\* Apple" nil t))
    (should (search-forward "pruned in February" nil t))
    (khoj-lite-list-open)
    (should (equal (file-name-nondirectory buffer-file-name) "garden.org"))))

(ert-deftest live-preview-shows-the-entry-in-its-mode ()
  (let* ((hit (car (live-suite-hits "apple tree")))
         (entry (cadr (khoj-lite-test-get (format "/entries/%s" (alist-get 'id hit)) nil))))
    (khoj-lite-preview--show hit entry)
    (with-current-buffer khoj-lite-preview--buffer
      (should (derived-mode-p 'org-mode))
      (should (string-match-p "apple tree" (buffer-string)))
      (should-not buffer-file-name))
    (khoj-lite-preview-end (current-window-configuration))
    (should-not (get-buffer khoj-lite-preview--buffer))))

;;; Similar

(ert-deftest live-similar-at-point ()
  (find-file (expand-file-name "garden.org" live-suite-vault))
  (goto-char (point-min))
  (re-search-forward "^\\*\\* Apple")
  (live-suite-choosing 0
    (khoj-lite-similar)
    (khoj-lite-test-until (lambda () (not (string-match-p "Apple" (live-suite-line))))))
  (should (string-match-p "Pear\\|pear" (live-suite-line))))

(ert-deftest live-similar-beside-follows-point ()
  (find-file (expand-file-name "garden.org" live-suite-vault))
  (goto-char (point-min))
  (re-search-forward "^\\*\\* Apple")
  (khoj-lite-similar-mode 1)
  (unwind-protect
      (with-current-buffer khoj-lite-similar--name
        (khoj-lite-test-until (lambda () (string-match-p "Pear" (buffer-string))))
        (with-current-buffer (find-file-noselect (expand-file-name "kitchen.md" live-suite-vault))
          (goto-char (point-min))
          (khoj-lite-similar--follow))
        (khoj-lite-test-until (lambda () (string-match-p "Bread\\|Ferry" (buffer-string))))
        (with-current-buffer (find-file-noselect (expand-file-name "new.org" live-suite-vault))
          (khoj-lite-similar--follow))
        (khoj-lite-test-until (lambda () (string-match-p "not indexed" (buffer-string)))))
    (khoj-lite-similar-mode -1))
  (should-not (get-buffer khoj-lite-similar--name))
  (should-not khoj-lite-similar--timer))

;;; Chat

(defun live-suite-ask (question &optional follow-up)
  "Ask QUESTION, as a FOLLOW-UP if that is non-nil, and wait for the answer."
  (khoj-lite-chat question follow-up)
  (with-current-buffer khoj-lite-chat--name
    (should (khoj-lite-http-active-p khoj-lite-chat--call))
    (khoj-lite-test-until (lambda () khoj-lite-chat--finished))))

(ert-deftest live-chat-answers-cites-and-goes-on ()
  (find-file (expand-file-name "ferry.org" live-suite-vault))
  (live-suite-ask "When is the apple tree pruned?")
  (with-current-buffer khoj-lite-chat--name
    (should (derived-mode-p 'org-mode))
    (goto-char (point-min))
    (should (looking-at-p "\\* When is the apple tree pruned\\?$"))
    (should (search-forward "February" nil t))
    ;; The citation opens the note at its line.
    (should (re-search-forward "\\[\\[khoj-lite:[^]]+\\]\\[1\\]\\]" nil t))
    (goto-char (match-beginning 0))
    (let ((id khoj-lite-chat--conversation))
      (org-open-at-point)
      (should (equal (file-name-nondirectory buffer-file-name) "garden.org"))
      (should (string-match-p "pruned in February" (live-suite-line)))
      (live-suite-ask "And the pear tree?" t)
      (with-current-buffer khoj-lite-chat--name
        (should (equal id khoj-lite-chat--conversation))
        (should (= 3 (how-many "^\\* " (point-min) (point-max))))
        (should (string-match-p "March" (buffer-string)))))))

(ert-deftest live-chat-answer-and-citation-into-a-note ()
  (live-suite-ask "When is the apple tree pruned?")
  (with-temp-buffer
    (delay-mode-hooks (org-mode))
    (khoj-lite-insert-answer)
    (should (string-match-p "#\\+begin_quote" (buffer-string)))
    (should (string-match-p "\\[\\[file:[^]]*garden\\.org::[0-9]+\\]" (buffer-string))))
  (with-temp-buffer
    (khoj-lite-insert-answer)
    (should (string-match-p "^> " (buffer-string)))
    (should (string-match-p "\\](<[^>]*garden\\.org>)" (buffer-string))))
  (with-temp-buffer
    (delay-mode-hooks (org-mode))
    (live-suite-choosing 0 (khoj-lite-insert-citation))
    (goto-char (point-min))
    (org-open-at-point)
    (should (string-match-p "pruned in February" (live-suite-line)))))

(ert-deftest live-chat-about-marked-text ()
  (with-temp-buffer
    (insert "The ferry leaves at nine.\n* not a heading\n")
    (khoj-lite-ask-region "When does it leave?" (point-min) (point-max)))
  (with-current-buffer khoj-lite-chat--name
    (khoj-lite-test-until (lambda () khoj-lite-chat--finished))
    (should (= 2 (how-many "^\\*+ " (point-min) (point-max))))))

(ert-deftest live-chat-history-brings-a-conversation-back ()
  (live-suite-ask "Where does the ferry go?")
  (let ((id (buffer-local-value 'khoj-lite-chat--conversation (get-buffer khoj-lite-chat--name))))
    (with-current-buffer khoj-lite-chat--name (khoj-lite-chat-new))
    (live-suite-choosing 0
      (khoj-lite-chat-history)
      (with-current-buffer khoj-lite-chat--name
        (khoj-lite-test-until (lambda () (equal id khoj-lite-chat--conversation)))
        (should (string-match-p "\\`\\* Where does the ferry go\\?\n" (buffer-string)))
        (should (string-match-p "island" (buffer-string)))
        (should (string-match-p "\\[\\[khoj-lite:" (buffer-string)))))))

;;; Looking after

(ert-deftest live-index-says-what-it-did ()
  (let (said)
    (cl-letf (((symbol-function 'message)
               (lambda (format &rest arguments)
                 (when format (push (apply #'format format arguments) said)))))
      (khoj-lite-index)
      (khoj-lite-test-until
       (lambda () (cl-some (lambda (text) (string-match-p "\\`Indexed: " text)) said))))))

(ert-deftest live-sources-are-listed ()
  (when (get-buffer "*khoj-lite sources*") (kill-buffer "*khoj-lite sources*"))
  (khoj-lite-sources)
  (khoj-lite-test-until (lambda () (get-buffer "*khoj-lite sources*")))
  (with-current-buffer "*khoj-lite sources*"
    (should (string-match-p "notes of mine" (buffer-string)))
    (should (string-match-p "ready\\|indexing" (buffer-string)))))

(ert-deftest live-a-source-is-added-and-forgotten ()
  (let ((folder (make-temp-file "more notes" t)))
    (unwind-protect
        (progn
          (with-temp-file (expand-file-name "bees.org" folder)
            (insert "* Bees\nA colony swarms in May.\n"))
          (khoj-lite-add-source folder)
          (khoj-lite-test-until
           (lambda () (cl-find "Bees" (khoj-lite-test-hits "bees swarm") :test #'equal
                               :key (lambda (hit) (car (alist-get 'outline hit))))))
          (cl-letf (((symbol-function 'yes-or-no-p) (lambda (_) t)))
            (khoj-lite-remove-source (file-name-nondirectory folder)))
          (khoj-lite-test-until
           (lambda () (not (cl-find "Bees" (khoj-lite-test-hits "bees swarm") :test #'equal
                                    :key (lambda (hit) (car (alist-get 'outline hit))))))))
      (delete-directory folder t))))

;;; Training

(defun live-suite-said (function text)
  "Call FUNCTION and wait until a TEXT was said; nobody is asked anything meanwhile."
  (let (said)
    (cl-letf (((symbol-function 'y-or-n-p) (lambda (prompt) (ert-fail prompt)))
              ((symbol-function 'message)
               (lambda (format &rest arguments)
                 (when format (push (apply #'format format arguments) said)))))
      (funcall function)
      (khoj-lite-test-until
       (lambda () (cl-some (lambda (each) (string-match-p text each)) said))))))

(ert-deftest live-training-that-cannot-begin-says-why-before-it-asks ()
  (live-suite-said #'khoj-lite-train "There is no local chat model.*khoj-lite model use"))

(ert-deftest live-what-would-be-learned-is-shown ()
  (khoj-lite-train t)
  (khoj-lite-test-until (lambda () (get-buffer "*khoj-lite training*")))
  (with-current-buffer "*khoj-lite training*"
    (should (derived-mode-p 'org-mode))
    (should (string-match-p "\\`[0-9]+ rows would be learned from" (buffer-string)))))

(ert-deftest live-training-is-told-of-as-it-ended ()
  (cl-flet ((told (job) (khoj-lite-test-messages (lambda () (khoj-lite-train--over job)))))
    (should (equal (told '((state . "done") (result (state . "promoted"))))
                   '("Training is over: answers are given with what was learned from now on")))
    (should (equal (told '((state . "done")
                           (result (state . "rejected")
                                   (gate (perplexity (before . 9.0))
                                         (against\ none (promote) (reasons "support fell"))))))
                   '("Training is over: what was in use before answers better and stays \
(support fell)")))
    (should (equal (told '((state . "cancelled")))
                   '("Training was stopped; the next one goes on from there")))
    (should (equal (told '((state . "failed") (error (message . "it ended") (hint . "Again."))))
                   '("It ended.  Again.")))))

(ert-deftest live-training-under-way-can-be-stopped ()
  (let (asked)
    (live-suite-said
     (lambda ()
       (cl-letf (((symbol-function 'y-or-n-p) (lambda (prompt) (setq asked prompt) t)))
         (khoj-lite-train--ask '((code . "busy") (message . "x") (hint . "")))))
     "\\`No training of this daemon was under way\\'")
    (should (string-match-p "Stop it" asked))))

(provide 'live-suite)
;;; live-suite.el ends here
