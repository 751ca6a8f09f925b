;;; khoj-lite-train.el --- Training on the notes  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; Whether a training could begin is asked before the user is.  It takes
;; hours, so that nothing is shown in the meantime but a new stage of it.

;;; Code:

(require 'khoj-lite-manage)
(require 'khoj-lite-list)
(eval-when-compile (require 'subr-x))

(defconst khoj-lite-train--pause 5
  "Seconds between two looks at a training.")

;;;###autoload
(defun khoj-lite-train (&optional look)
  "Train khoj_lite on your notes, here on this machine, or stop doing so.
With a prefix argument LOOK, only show what would be learned."
  (interactive "P")
  (if look
      (khoj-lite-answer-send
       "POST" "/train" '((dry_run . t))
       (lambda (job)
         (message "Looking for what can be learned from your notes...")
         (khoj-lite-manage-watch job #'khoj-lite-train--show)))
    (khoj-lite-answer-get
     "/train" nil
     (lambda (answer)
       (khoj-lite-train--ask (alist-get 'problem answer)))
     (khoj-lite-manage-without "train"))))

(defun khoj-lite-train--ask (problem)
  "Ask whether to train, unless PROBLEM is in the way."
  (cond ((null problem)
         (when (y-or-n-p "Training takes hours and keeps the machine busy.  Train now? ")
           (khoj-lite-answer-send
            "POST" "/train" nil
            (lambda (job)
              (message "Training has begun")
              (khoj-lite-manage-watch job #'khoj-lite-train--over khoj-lite-train--pause)))))
        ((not (equal (alist-get 'code problem) "busy"))
         (khoj-lite-http-tell problem))
        ((y-or-n-p "A training is under way.  Stop it (the next one goes on from there)? ")
         (khoj-lite-answer-send
          "POST" "/train/stop" nil
          (lambda (answer)
            (message (if (alist-get 'stopped answer)
                         "The training stops as soon as it can"
                       "No training of this daemon was under way")))))))

(defun khoj-lite-train--over (job)
  "Tell how the training JOB has ended."
  (let* ((run (alist-get 'result job)) (fault (or (alist-get 'error job) (alist-get 'error run))))
    (cond (fault (khoj-lite-http-tell fault))
          ((equal (alist-get 'state job) "cancelled")
           (message "Training was stopped; the next one goes on from there"))
          (t (message "%s" (khoj-lite-train--verdict run))))))

(defun khoj-lite-train--verdict (run)
  "Return in a line how RUN was judged."
  (pcase (alist-get 'state run)
    ("promoted" "Training is over: answers are given with what was learned from now on")
    ("rejected"
     (concat "Training is over: what was in use before answers better and stays"
             (when-let ((reason (khoj-lite-train--reason (alist-get 'gate run))))
               (format " (%s)" reason))))
    (state (format "Training is %s" state))))

(defun khoj-lite-train--reason (gate)
  "Return the first reason that GATE, a judgement, gives, or nil."
  (seq-some (lambda (part)
              (and (string-prefix-p "against " (symbol-name (car part)))
                   (car (alist-get 'reasons (cdr part)))))
            gate))

;;; What would be learned

(defun khoj-lite-train--show (job)
  "Show what JOB, a training that was only looked at, would have learned."
  (if (alist-get 'error job)
      (khoj-lite-http-tell (alist-get 'error job))
    (let ((found (alist-get 'result job))
          (buffer (get-buffer-create "*khoj-lite training*")))
      (with-current-buffer buffer
        (let ((inhibit-read-only t))
          (erase-buffer)
          (khoj-lite-list-mode)
          (insert (format "%s rows would be learned from.\n" (alist-get 'rows found)))
          (dolist (each (alist-get 'left_out found))
            (insert (format "Left out: %s %s, %s\n" (alist-get 'count each)
                            (alist-get 'what each) (alist-get 'reason each))))
          (dolist (sample (alist-get 'samples found))
            (khoj-lite-train--insert sample))
          (goto-char (point-min))))
      (pop-to-buffer buffer))))

(defun khoj-lite-train--insert (sample)
  "Insert SAMPLE, a row, as a heading and its text."
  (let ((question (string-trim (or (alist-get 'question sample) ""))))
    (insert "* " (alist-get 'kind sample) "  "
            (propertize (format "(%s)" (replace-regexp-in-string "[][\n]" " " (alist-get 'note sample)))
                        'face 'khoj-lite-outline)
            "\n"
            (khoj-lite-list-body (concat (if (string-empty-p question) "" (concat question "\n\n"))
                                         (alist-get 'text sample))
                                 "text"))))

(provide 'khoj-lite-train)
;;; khoj-lite-train.el ends here
