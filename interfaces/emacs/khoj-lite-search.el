;;; khoj-lite-search.el --- Search as you type  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; The minibuffer holds the question; the candidates are the hits for it.
;; A key starts a timer, the timer starts a call (and ends the one before
;; it), the answer replaces the candidates and has the completion
;; interface draw itself anew.  Nothing ever waits for the daemon.
;;
;; RET before the answer to what was typed has come is kept until then,
;; so that nobody lands at a hit of a question half typed.

;;; Code:

(require 'khoj-lite-hit)
(require 'khoj-lite-preview)
(require 'icomplete)

(defvar vertico--input)
(declare-function vertico--exhibit "ext:vertico" ())
(declare-function vertico--candidate "ext:vertico" (&optional hl))

(defvar khoj-lite-search-history nil
  "Questions searched for.")

(cl-defstruct (khoj-lite-search--session (:constructor khoj-lite-search--session)
                                         (:copier nil))
  "One search in the minibuffer.
`asked' is the question last sent or waiting to be, `answered' the one
that `candidates' belong to, `enter' the command of a RET that waits."
  (asked "") (answered "") candidates call timer enter overlay chosen accept)

(defvar-local khoj-lite-search--session nil
  "The search in this minibuffer.")

(defvar khoj-lite-search-map
  (let ((map (make-sparse-keymap)))
    (define-key map [remap minibuffer-complete-and-exit] #'khoj-lite-search-enter)
    (define-key map (kbd "RET") #'khoj-lite-search-enter)
    (define-key map (kbd "C-c C-o") #'khoj-lite-search-enter-other)
    (define-key map (kbd "C-c C-l") #'khoj-lite-search-enter-list)
    map)
  "Keys in the minibuffer of a search, before those of the completion interface.")

;;;###autoload
(defun khoj-lite-search (&optional initial)
  "Search the notes as you type and go to the chosen place.
INITIAL is what the question begins with; interactively the marked
text, if it is one line.

Words are searched by meaning and by letter.  Filters may stand
among them: tag:work dt>=\"last week\" file:\"*.org\" -\"not this\".

\\<khoj-lite-search-map>\\[khoj-lite-search-enter] goes there, \\[khoj-lite-search-enter-other] \
in another window, \\[khoj-lite-search-enter-list] lists all hits in a buffer."
  (interactive (list (khoj-lite-search--marked)))
  (khoj-lite-daemon-ensure)
  (pcase (khoj-lite-search-read "Search notes: " initial)
    (`(list . ,question) (khoj-lite-search-list question))
    (`(other . ,hit) (khoj-lite-open-hit hit t))
    (`(,_ . ,hit) (khoj-lite-open-hit hit))))

(defun khoj-lite-search--marked ()
  "Return the marked text if it is one line."
  (when (use-region-p)
    (let ((text (buffer-substring-no-properties (region-beginning) (region-end))))
      (unless (string-search "\n" text) text))))

(defun khoj-lite-search-read (prompt &optional initial)
  "Read a question with PROMPT, beginning with INITIAL; return what was chosen.
That is (HOW . HIT), HOW being nil or `other', or (list . QUESTION)."
  (if (khoj-lite-search--static-p)
      (khoj-lite-search--read-twice prompt initial)
    (let* ((session (khoj-lite-search--session))
           (windows (current-window-configuration))
           (table (khoj-lite-hit-table
                   (lambda () (khoj-lite-search--session-candidates session))))
           (history-add-new-input nil)
           ;; Collecting garbage between two keys would be felt.
           (gc-cons-threshold (max gc-cons-threshold 32000000))
           choice)
      (unwind-protect
          (khoj-lite-hit-with-style
            (minibuffer-with-setup-hook
                (:append (lambda () (khoj-lite-search--set-up session)))
              (setq choice (completing-read prompt table nil t initial
                                            'khoj-lite-search-history))))
        (khoj-lite-search--end session)
        (khoj-lite-preview-end windows))
      (let ((question (khoj-lite-search--session-answered session)))
        (add-to-history 'khoj-lite-search-history question)
        (if (eq (khoj-lite-search--session-accept session) 'list)
            (cons 'list question)
          (cons (khoj-lite-search--session-accept session)
                (or (khoj-lite-hit-of choice)
                    (user-error "Nothing was chosen"))))))))

(defun khoj-lite-search--static-p ()
  "Return non-nil when completion is such that its candidates cannot change."
  (or (bound-and-true-p ivy-mode) (bound-and-true-p helm-mode)))

(defun khoj-lite-search--read-twice (prompt initial)
  "Read a question with PROMPT and INITIAL, then choose among its hits."
  (let ((question (read-string prompt initial 'khoj-lite-search-history)))
    (cons 'list question)))

;;; The minibuffer

(defun khoj-lite-search--set-up (session)
  "Make this minibuffer the one of SESSION."
  (setq khoj-lite-search--session session)
  (setf (khoj-lite-search--session-overlay session)
        (make-overlay (point-min) (point-min) nil t t))
  (unless (or (bound-and-true-p vertico-mode) icomplete-mode)
    (khoj-lite-search--use-icomplete))
  (when (bound-and-true-p icomplete-mode)
    (setq-local icomplete-compute-delay 0
                icomplete-show-matches-on-no-input t))
  (use-local-map (make-composed-keymap khoj-lite-search-map (current-local-map)))
  (add-hook 'post-command-hook #'khoj-lite-search--typed nil t)
  (khoj-lite-search--typed))

(defun khoj-lite-search--use-icomplete ()
  "Use Icomplete, one candidate a line, in this minibuffer alone."
  (setq-local icomplete-mode t
              icomplete-vertical-mode t
              icomplete-scroll t
              icomplete-hide-common-prefix nil
              icomplete-prospects-height 14
              max-mini-window-height 15
              redisplay-adhoc-scroll-in-resize-mini-windows nil)
  (icomplete-minibuffer-setup)
  (use-local-map (make-composed-keymap icomplete-vertical-mode-minibuffer-map
                                       (current-local-map))))

(defun khoj-lite-search--typed ()
  "See whether the question has changed, and begin to answer it."
  (when-let ((session khoj-lite-search--session))
    (let ((question (minibuffer-contents-no-properties)))
      (unless (or (equal question (khoj-lite-search--session-asked session))
                  (member question (khoj-lite-search--session-candidates session)))
        (khoj-lite-search--stop session)
        (setf (khoj-lite-search--session-asked session) question)
        (if (string-blank-p question)
            (khoj-lite-search--take session question nil)
          (setf (khoj-lite-search--session-timer session)
                (run-at-time khoj-lite-search-delay nil
                             #'khoj-lite-search--ask session question)))))
    (khoj-lite-search--choose session)))

(defun khoj-lite-search--ask (session question)
  "Ask the daemon QUESTION for SESSION."
  (khoj-lite-search--say session (if (khoj-lite-daemon-starting-p) "starting" nil))
  (setf (khoj-lite-search--session-timer session)
        (run-at-time 1 nil #'khoj-lite-search--say session "searching"))
  (setf (khoj-lite-search--session-call session)
        (khoj-lite-http-get
         "/search" `((q . ,question) (n . ,khoj-lite-results)
                     (prefix . ,(not (string-match-p "[[:space:]]\\'" question))))
         (lambda (answer)
           (khoj-lite-search--take session question (alist-get 'hits answer)
                                   (alist-get 'notice answer)))
         (lambda (fault)
           (khoj-lite-search--take session question nil (khoj-lite-http-explain fault))))))

(defun khoj-lite-search--take (session question hits &optional notice)
  "Show HITS for QUESTION in SESSION, with a NOTICE."
  (khoj-lite-search--stop session)
  (setf (khoj-lite-search--session-answered session) question
        (khoj-lite-search--session-candidates session) (khoj-lite-hit-candidates hits))
  (khoj-lite-search--say session (and notice (not (string-empty-p notice)) notice))
  (when-let ((window (khoj-lite-search--window session)))
    (with-selected-window window
      (khoj-lite-search--redraw)
      (khoj-lite-search--choose session)
      (when (khoj-lite-search--session-enter session)
        (setf (khoj-lite-search--session-enter session) nil)
        (when hits
          ;; The key itself, so that it is a command of its own.
          (setq unread-command-events
                (append unread-command-events (listify-key-sequence (kbd "RET")))))))))

(defun khoj-lite-search--window (session)
  "Return the minibuffer window of SESSION while it is the active one."
  (let ((window (active-minibuffer-window)))
    (and window
         (eq session (buffer-local-value 'khoj-lite-search--session (window-buffer window)))
         window)))

(defun khoj-lite-search--redraw ()
  "Have the completion interface of this minibuffer show the new candidates."
  (setq completion-all-sorted-completions nil)
  (cond ((bound-and-true-p vertico--input)
         (setq vertico--input t)
         (vertico--exhibit))
        (icomplete-mode
         (setq-local icomplete--scrolled-completions nil
                     icomplete--scrolled-past nil)
         (let ((icomplete-compute-delay 0)
               (icomplete-max-delay-chars 0))
           (icomplete-exhibit)))))

(defun khoj-lite-search--say (session text)
  "Show TEXT after the prompt of SESSION, or nothing."
  (when-let ((overlay (khoj-lite-search--session-overlay session)))
    (when (overlay-buffer overlay)
      (overlay-put overlay 'before-string
                   (and text (propertize (format "[%s] " text) 'face 'shadow))))))

(defun khoj-lite-search--current ()
  "Return the candidate that the completion interface has selected."
  (cond ((bound-and-true-p vertico--input) (vertico--candidate))
        (t (car-safe completion-all-sorted-completions))))

(defun khoj-lite-search--choose (session)
  "Notice which candidate of SESSION is selected, and preview it."
  (let ((hit (khoj-lite-hit-of (khoj-lite-search--current))))
    (unless (eq hit (khoj-lite-search--session-chosen session))
      (setf (khoj-lite-search--session-chosen session) hit)
      (when khoj-lite-preview
        (khoj-lite-preview-hit hit)))))

(defun khoj-lite-search--stop (session)
  "End what SESSION waits for."
  (when (khoj-lite-search--session-timer session)
    (cancel-timer (khoj-lite-search--session-timer session))
    (setf (khoj-lite-search--session-timer session) nil))
  (khoj-lite-http-cancel (khoj-lite-search--session-call session)))

(defun khoj-lite-search--end (session)
  "End SESSION."
  (khoj-lite-search--stop session)
  (when (khoj-lite-search--session-overlay session)
    (delete-overlay (khoj-lite-search--session-overlay session))))

;;; Keys

(defun khoj-lite-search-enter (&optional accept)
  "Choose the selected hit; wait for the answer first if it has not come.
ACCEPT says what becomes of it."
  (interactive)
  (let* ((session khoj-lite-search--session)
         (question (minibuffer-contents-no-properties))
         (candidates (khoj-lite-search--session-candidates session)))
    (unless (memq accept '(nil again))
      (setf (khoj-lite-search--session-accept session) accept))
    (cond ((and (not (member question candidates))
                (not (equal question (khoj-lite-search--session-answered session))))
           (setf (khoj-lite-search--session-enter session) t)
           (khoj-lite-search--say session "searching"))
          ((null candidates)
           (minibuffer-message (if (string-blank-p question) "Type a question" "Nothing found")))
          (t
           (let ((candidate (or (khoj-lite-search--current) (car candidates))))
             (unless (member candidate candidates)
               (setq candidate (car candidates)))
             (delete-minibuffer-contents)
             (insert (substring-no-properties candidate))
             (exit-minibuffer))))))

(defun khoj-lite-search-enter-other ()
  "Choose the selected hit and go there in another window."
  (interactive)
  (khoj-lite-search-enter 'other))

(defun khoj-lite-search-enter-list ()
  "List all hits in a buffer."
  (interactive)
  (khoj-lite-search-enter 'list))

;;; Embark

(defun khoj-lite-search-insert-link (candidate)
  "Insert a link to the place of CANDIDATE."
  (interactive "sHit: ")
  (insert (khoj-lite-open-link (khoj-lite-hit-of candidate))))

(defun khoj-lite-search-copy-link (candidate)
  "Copy a link to the place of CANDIDATE."
  (interactive "sHit: ")
  (kill-new (khoj-lite-open-link (khoj-lite-hit-of candidate))))

(defun khoj-lite-search-open (candidate)
  "Go to the place of CANDIDATE."
  (interactive "sHit: ")
  (khoj-lite-open-hit (khoj-lite-hit-of candidate)))

(defun khoj-lite-search-open-other (candidate)
  "Go to the place of CANDIDATE in another window."
  (interactive "sHit: ")
  (khoj-lite-open-hit (khoj-lite-hit-of candidate) t))

(defun khoj-lite-search-open-outside (candidate)
  "Open the note of CANDIDATE in the program that it belongs to."
  (interactive "sHit: ")
  (khoj-lite-open-outside (khoj-lite-hit-of candidate)))

(defvar khoj-lite-embark-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'khoj-lite-search-open)
    (define-key map (kbd "o") #'khoj-lite-search-open-other)
    (define-key map (kbd "x") #'khoj-lite-search-open-outside)
    (define-key map (kbd "i") #'khoj-lite-search-insert-link)
    (define-key map (kbd "w") #'khoj-lite-search-copy-link)
    map)
  "What can be done with a hit.
For Embark, add (khoj-lite-hit khoj-lite-embark-map) to the variable
`embark-keymap-alist'.")

(provide 'khoj-lite-search)
;;; khoj-lite-search.el ends here
