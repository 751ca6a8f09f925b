;;; org-suite.el --- Markdown as Org, paths, links, candidates  -*- lexical-binding: t; -*-

;;; Code:

(require 'khoj-lite-test)
(require 'khoj-lite-org)
(require 'khoj-lite-hit)
(require 'org)

(defun org-suite-org (markdown)
  "Return MARKDOWN as Org, citations as <n>."
  (khoj-lite-org-text markdown (lambda (n) (and (< n 5) (format "<%d>" n)))))

(ert-deftest org-stress-code-and-links ()
  (should (equal (org-suite-org "**a b** and *c* `x*y*z` [s](https://a.b/c?d=e)")
                 "*a b* and /c/ ~x*y*z~ [[https://a.b/c?d=e][s]]\n")))

(ert-deftest org-citations-become-links-and-other-numbers-stay ()
  (should (equal (org-suite-org "Yes [1], no [9].") "Yes <1>, no [9].\n")))

(ert-deftest org-quotations-stay-together ()
  (should (equal (org-suite-org "> one\n\n> two\n\nAnd on")
                 "#+begin_quote\none\n\ntwo\n#+end_quote\n\nAnd on\n"))
  (should (equal (org-suite-org "> last\n\n") "#+begin_quote\nlast\n#+end_quote\n")))

(ert-deftest org-code-keeps-every-character ()
  (should (equal (org-suite-org "```python\n* a ** [1]\n#+end_src\n```\nb")
                 "#+begin_src python\n,* a ** [1]\n,#+end_src\n#+end_src\nb\n")))

(ert-deftest org-an-unfinished-block-is-closed ()
  (should (string-suffix-p "#+end_src\n" (org-suite-org "```\nx"))))

(ert-deftest org-nothing-in-an-answer-becomes-structure-or-runs ()
  (with-temp-buffer
    (insert "* Question\n"
            (org-suite-org
             (concat "* star\n** stars\n# Title\n#+TITLE: mine\n:PROPERTIES:\n"
                     "[[elisp:(delete-file \"x\")][click]] elisp:(y) shell:rm\n"
                     "<<target>>\n> #+end_quote\n> * quoted")))
    (delay-mode-hooks (org-mode))
    (let ((tree (org-element-parse-buffer)))
      (should (= 1 (length (org-element-map tree 'headline #'identity))))
      (should-not (org-element-map tree '(keyword property-drawer drawer) #'identity))
      (should-not (org-element-map tree 'link
                    (lambda (link)
                      (member (org-element-property :type link) '("elisp" "shell"))))))))

(ert-deftest org-growing-line-is-shown-without-being-counted ()
  (let ((state (khoj-lite-org-state)))
    (khoj-lite-org-line state "> half" #'ignore t)
    (should (equal (khoj-lite-org-line state "text" #'ignore) "text\n"))))

(ert-deftest path-bytes-that-are-no-text-travel-and-come-back ()
  (let ((wire (concat "/n/caf" (string #x10FFE9) " 日記.md")))
    (should (equal (khoj-lite-open-wire-path (khoj-lite-open-file-name wire)) wire))
    (should (equal (encode-coding-string (khoj-lite-open-file-name wire) 'utf-8)
                   (concat "/n/caf\351 " (encode-coding-string "日記" 'utf-8) ".md")))))

(ert-deftest path-that-looks-remote-is-a-local-one ()
  (let ((name (khoj-lite-open-file-name "/ssh:somewhere:/x.org")))
    (should-not (file-remote-p name))
    (should (equal (khoj-lite-open-wire-path name) "/ssh:somewhere:/x.org"))))

(ert-deftest path-of-a-remote-buffer-is-left-alone ()
  (with-temp-buffer
    (setq buffer-file-name "/ssh:nobody@host.invalid:/x.org")
    (unwind-protect
        (progn
          (should-error (khoj-lite-open-here) :type 'user-error)
          (require 'khoj-lite-similar)
          (should-error (khoj-lite-similar) :type 'user-error)
          (should-not (khoj-lite-similar--place))
          (should-not (process-list)))
      (setq buffer-file-name nil))))

(ert-deftest candidates-keep-order-and-tell-twins-apart ()
  (let* ((twin '((path . "/n/a.org") (type . "org") (title . "A") (outline "Part" "Same")
                 (line . 3) (snippet . "some\nwords here") (highlights (5 10))))
         (other (append '((line . 9)) twin))
         (candidates (khoj-lite-hit-candidates (list other twin)))
         (table (khoj-lite-hit-table (lambda () candidates))))
    (should (= 2 (length (delete-dups (mapcar #'substring-no-properties candidates)))))
    (should (eq (khoj-lite-hit-of (substring-no-properties (car candidates))) other))
    (khoj-lite-hit-with-style
      (let ((all (completion-all-completions "no such words" table nil 5)))
        (should (equal (mapcar #'khoj-lite-hit-of (seq-take all 2)) (list other twin))))
      (should (equal (completion-try-completion "so" table nil 2) '("so" . 2))))
    (should (equal (khoj-lite-hit-group (car candidates) nil) "a.org"))
    (should (equal (substring-no-properties (khoj-lite-hit-group (car candidates) t)) "Same"))
    (let ((suffix (nth 2 (car (khoj-lite-hit-affixate (list (nth 1 candidates)))))))
      (should (string-match-p "Part.*some words here" suffix))
      (should (eq (get-text-property (string-match "words" suffix) 'face suffix)
                  'khoj-lite-match)))))

(ert-deftest link-suits-the-note-it-is-put-into ()
  (let* ((file (make-temp-file "khoj-lite [1] " nil ".org" "x\n"))
         (hit `((path . ,file) (line . 7) (title . "T") (outline "A [draft]") (uri . "file:///x"))))
    (unwind-protect
        (progn
          (with-temp-buffer
            (delay-mode-hooks (org-mode))
            (insert (khoj-lite-open-link hit))
            (let ((link (org-element-link-parser-at file)))
              (should (equal (org-element-property :type link) "file"))
              (should (equal (expand-file-name (org-element-property :path link)) file))
              (should (equal (org-element-property :search-option link) "7"))))
          (with-temp-buffer
            (should (equal (khoj-lite-open-link hit) (format "[A draft](<%s>)" file)))))
      (delete-file file))))

(defun org-element-link-parser-at (_file)
  "Return the link at the beginning of this buffer."
  (goto-char (point-min))
  (org-element-context))

(provide 'org-suite)
;;; org-suite.el ends here
